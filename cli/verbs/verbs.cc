#include "cli/verbs/verbs.h"

namespace actsearch::cli {

const Registry<Verb>& Verbs() {
  static const Registry<Verb> verbs(
      "verb",
      {
          {"search", "Run a search on this machine, from start to report.",
           "actsearch search                         generated images, nothing needed\n"
           "actsearch search --data DIR              your data: actsearch data DIR says what they "
           "are\n"
           "actsearch search JOB.yaml --workers 4 --set search.candidates=1000\n"
           "actsearch search --resume                go on where Ctrl-C left off\n"
           "actsearch search --print-job > JOB.yaml  a job file to start from",
           AddSearch},
          {"compare", "Compare functions on your data, tuned alike, without a search.",
           "actsearch compare 'x * tanh(x)'                     with relu, gelu and silu\n"
           "actsearch compare mish golu --against gelu --data DIR\n"
           "actsearch compare 'gelu(x) + 0.1 * sin(x)' JOB.yaml  on the job's task\n"
           "actsearch compare latest:12                         a candidate of an earlier job",
           AddCompare},
          {"job submit", "Hand a job to a coordinator; prints its id.",
           "actsearch job submit JOB.yaml\nactsearch job submit - --wait < JOB.yaml", AddJobSubmit},
          {"job validate", "Check a job file without running it.",
           "actsearch job validate JOB.yaml\nactsearch job validate JOB.yaml -o yaml",
           AddJobValidate},
          {"job explain", "List what may stand in a job file.",
           "actsearch job explain\nactsearch job explain search", AddJobExplain},
          {"job list", "List jobs, newest first.", "actsearch job list\nactsearch job list -o json",
           AddJobList},
          {"job get", "Show one job.", "actsearch job get\nactsearch job get quickstart -o yaml",
           AddJobGet},
          {"job watch", "Follow a job until it ends; Ctrl-C leaves it running.",
           "actsearch job watch\nactsearch job watch quickstart --exit-status", AddJobWatch},
          {"job wait", "Wait in silence until a job ends; exit code 5 when it fails or is stuck.",
           "actsearch job wait quickstart --timeout 600", AddJobWait},
          {"job pause", "Let running trials end and begin no new ones.",
           "actsearch job pause quickstart", AddJobPause},
          {"job resume", "Go on with a paused job.", "actsearch job resume quickstart",
           AddJobResume},
          {"job extend", "Raise the number of candidates of a job.",
           "actsearch job extend quickstart --candidates 1000", AddJobExtend},
          {"job cancel", "End a job for good; its candidates stay.",
           "actsearch job cancel quickstart", AddJobCancel},
          {"job delete", "Remove an ended job and its candidates.",
           "actsearch job delete quickstart --yes", AddJobDelete},
          {"candidates list", "List the candidates of a job and what came of them.",
           "actsearch candidates list\n"
           "actsearch candidates list quickstart --status SCORED,REJECTED --limit 0\n"
           "actsearch candidates list quickstart -o json --no-timing",
           AddCandidatesList},
          {"front", "Show the best candidates beside the baselines.",
           "actsearch front\nactsearch front quickstart -o json", AddFront},
          {"reproduce", "Train one trial of a job again and compare the bits.",
           "actsearch reproduce latest 12\nactsearch reproduce quickstart 12 -o json",
           AddReproduce},
          {"export", "Print a job's event log, one JSON document a line.",
           "actsearch export quickstart > job.jsonl", AddExport},
          {"space count", "Count the different functions of a finite space.",
           "actsearch space count examples/core-unit-space.yaml\n"
           "actsearch space count JOB.yaml --set 'space.shape=x * unary(x)' -o json",
           AddSpaceCount},
          {"space list", "Print the different functions of a finite space, one a line.",
           "actsearch space list examples/core-unit-space.yaml\n"
           "actsearch space list JOB.yaml --unique affine --limit 100 -o json",
           AddSpaceList},
          {"data", "Say which data set lies in a folder or file, and read it as a job would.",
           "actsearch data DIR\nactsearch data table.csv --set target=price\n"
           "actsearch data pictures.tar --set size=32 -o json",
           AddData},
          {"tasks", "List tasks, data sets and parts, or the sites of a task's network.",
           "actsearch tasks\nactsearch tasks resnet --dataset cifar10", AddTasks},
          {"primitives", "List what formulas are made of.",
           "actsearch primitives\nactsearch primitives --markdown", AddPrimitives},
          {"eval", "Print a formula's values and derivatives in double precision.",
           "actsearch eval 'x * sigmoid(beta * x) where beta: channel = 1' --at -2,-1,0,1,2\n"
           "actsearch eval zoo:mish --at -2,-1,0,1,2 -o json\n"
           "actsearch eval zoo:swiglu --at 1,2,3 --u 0.5",
           AddEval},
          {"eafo", "Derive the entropy correction of a function, step by step.",
           "actsearch eafo 'relu(x)'\n"
           "actsearch eafo zoo:silu -o json\n"
           "actsearch eafo zoo:softplus --samples preactivations.txt",
           AddEafo},
          {"zoo list", "List known activation functions.",
           "actsearch zoo list\nactsearch zoo list --section 1.4\n"
           "actsearch zoo list --kind gated -o json",
           AddZooList},
          {"zoo show", "Show one of them: formula, moments, edge of chaos, symmetries, a plot.",
           "actsearch zoo show swish\nactsearch zoo show zoo:mish -o json", AddZooShow},
          {"completion bash", "Print a completion script.",
           "actsearch completion bash > ~/.local/share/bash-completion/completions/actsearch",
           AddCompletionBash},
          {"version", "Print versions.", "actsearch version -o json", AddVersion},
      });
  return verbs;
}

const Registry<VerbGroup>& VerbGroups() {
  static const Registry<VerbGroup> groups("verb",
                                          {{"job", "Submit and steer jobs.", ""},
                                           {"candidates", "Look at candidates.", ""},
                                           {"space", "Look into a finite space.", ""},
                                           {"zoo", "Known activation functions.", "zoo list"},
                                           {"completion", "Completion of command lines.", ""}});
  return groups;
}

}  // namespace actsearch::cli
