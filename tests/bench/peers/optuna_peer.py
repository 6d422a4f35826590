"""Optuna's samplers with their defaults on the grid: three categorical parameters."""

import warnings

import optuna

import grid

MAX_ASKS = {"tpe": 800, "nsga2": 4000}  # TPE's time for n of them grows as n squared


class Digits(optuna.distributions.CategoricalDistribution):
    """The categories 0, 1, ...: each is its own position, which Optuna else searches for, for
    most of a search's time."""

    def __init__(self, size):
        super().__init__(range(size))

    def to_internal_repr(self, digit):
        return digit


def minimize(search, sampler):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # multivariate
    study = optuna.create_study(sampler=sampler)
    slots = {name: Digits(size)
             for name, size in zip(("binary", "left", "right"), search.grid.sizes)}
    while True:
        trial = study.ask(slots)
        study.tell(trial, search.ask(**trial.params))


def run_tpe(search, seed):
    minimize(search, optuna.samplers.TPESampler(seed=seed))


def run_tpe_multivariate(search, seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True)
    minimize(search, sampler)


def run_nsga2(search, seed):
    minimize(search, optuna.samplers.NSGAIISampler(seed=seed))


if __name__ == "__main__":
    grid.main({"optuna-tpe": (run_tpe, MAX_ASKS["tpe"]),
               "optuna-tpe-multivariate": (run_tpe_multivariate, MAX_ASKS["tpe"]),
               "optuna-nsga2": (run_nsga2, MAX_ASKS["nsga2"])})
