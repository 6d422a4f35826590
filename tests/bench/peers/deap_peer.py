"""DEAP's strongly typed genetic programming on the grid, limited to binary(unary(x), unary(x)).

Operators and rates are those of DEAP's symbolic regression example: tournaments of 3, one-point
crossover at 0.5, uniform mutation at 0.1, 300 individuals. Since 300 individuals are most of a
search here, a second variant has 50, the number of Optuna's NSGA-II.
"""

import random

from deap import algorithms, base, creator, gp, tools

import grid

MAX_GENERATIONS = 400


class X:
    pass


class Unary:
    pass


class Binary:
    pass


HEIGHTS = {X: 0, Unary: 1, Binary: 2}  # of a tree of that type

creator.create("Fitness", base.Fitness, weights=(-1.0,))
creator.create("Tree", gp.PrimitiveTree, fitness=creator.Fitness)


def primitives(sizes):
    """Names of operators end in their digit."""
    pset = gp.PrimitiveSetTyped("f", [X], Binary)
    for digit in range(sizes[1]):
        pset.addPrimitive(None, [X], Unary, name=f"unary_{digit}")
    for digit in range(sizes[0]):
        pset.addPrimitive(None, [Unary, Unary], Binary, name=f"binary_{digit}")
    return pset


def digits(tree):
    binary, left, _, right, _ = (node.name for node in tree)  # in prefix order
    return tuple(int(name.split("_")[1]) for name in (binary, left, right))


def evolve(search, seed, population):
    random.seed(seed)
    pset = primitives(search.grid.sizes)

    def grow(pset, type_=Binary):
        return gp.genFull(pset, HEIGHTS[type_], HEIGHTS[type_], type_)

    toolbox = base.Toolbox()
    toolbox.register("individual", tools.initIterate, creator.Tree, lambda: grow(pset))
    toolbox.register("evaluate", lambda tree: (search.ask(*digits(tree)),))
    toolbox.register("select", tools.selTournament, tournsize=3)
    toolbox.register("mate", gp.cxOnePoint)
    toolbox.register("mutate", gp.mutUniform, expr=grow, pset=pset)
    trees = tools.initRepeat(list, toolbox.individual, population)
    algorithms.eaSimple(trees, toolbox, cxpb=0.5, mutpb=0.1, ngen=MAX_GENERATIONS, verbose=False)


def run_300(search, seed):
    evolve(search, seed, 300)


def run_50(search, seed):
    evolve(search, seed, 50)


if __name__ == "__main__":
    grid.main({"deap-gp": (run_300, 300 * MAX_GENERATIONS),
               "deap-gp-50": (run_50, 50 * MAX_GENERATIONS)})
