#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <ostream>
#include <sstream>
#include <utility>

#include "cli/formula_words.h"
#include "cli/verb.h"
#include "search_spaces/base/registry.h"

namespace actsearch::cli {
namespace {

constexpr const char* kDoc = "Finds better activation functions for your data and hardware.";
constexpr const char* kExamples =
    "actsearch search                          a first search, on generated images\n"
    "actsearch search --data DIR               on MNIST or CIFAR-10 files\n"
    "actsearch search examples/mnist-mlp.yaml --data DIR\n"
    "actsearch front                           what the newest job found\n"
    "actsearch job submit JOB.yaml --wait      on a coordinator that runs already";
constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 error, 2 wrong usage or job file, 3 not found, 4 not allowed,\n"
    "            5 the job failed, was cancelled or is stuck, 6 wait timed out, 130 interrupted";

// Examples come first: they are what people look for.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string text = app->get_description() + "\n\n";
    if (const std::string examples = app->get_footer(); !examples.empty()) {
      text += "Examples:\n";
      std::istringstream lines(examples);
      for (std::string line; std::getline(lines, line);) text += "  " + line + "\n";
      text += "\n";
    }
    text += make_usage(app, std::move(name)) + make_positionals(app) + make_groups(app, mode) +
            make_subcommands(app, mode);
    return app->get_parent() == nullptr ? text + "\n" + kExitCodes + "\n" : text;
  }
};

// The tree of verbs as CLI11 knows it, and what each leaf runs.
class CommandLine {
 public:
  explicit CommandLine(Terminal& terminal) : app_(kDoc, "actsearch") {
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.footer(kExamples);
    app_.require_subcommand(1);
    for (const Verb& verb : Verbs().Rows()) Add(verb, terminal);
  }

  CLI::App& App() { return app_; }

  // The innermost verb or group that was recognised.
  CLI::App& Deepest() {
    CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return *app;
  }

  const Run& Chosen() { return runs_.at(&Deepest()); }

 private:
  void Add(const Verb& verb, Terminal& terminal) {
    const auto space = verb.name.find(' ');
    CLI::App* parent = &app_;
    if (space != std::string_view::npos) parent = &Group(verb.name.substr(0, space));
    const std::string name(verb.name.substr(space == std::string_view::npos ? 0 : space + 1));
    CLI::App* app = parent->add_subcommand(name, std::string(verb.doc));
    app->footer(std::string(verb.examples));
    runs_[app] = verb.add(*app, terminal);
    if (const auto group = VerbGroups().Find(parent->get_name());
        parent != &app_ && group && (*group)->usual == verb.name) {
      runs_[parent] = verb.add(*parent, terminal);
    }
  }

  CLI::App& Group(std::string_view name) {
    const auto is_it = [name](CLI::App* app) { return app->get_name() == name; };
    if (const auto found = app_.get_subcommands(is_it); !found.empty()) return *found.front();
    const auto row = VerbGroups().Find(name);
    CLI::App* group = app_.add_subcommand(std::string(name), std::string(row ? (*row)->doc : ""));
    const bool has_usual = row && !(*row)->usual.empty();
    group->require_subcommand(has_usual ? 0 : 1, 1);
    return *group;
  }

  CLI::App app_;
  std::map<const CLI::App*, Run> runs_;
};

std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> VerbNames(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
  }
  return names;
}

// "unknown verb 'serach'; did you mean ..." for the first word that has no meaning;
// empty when every word has one.
std::string UnknownWord(CLI::App& app) {
  auto words = app.remaining();
  std::erase(words, "--");
  if (words.empty()) return "";
  const bool takes_formula = app.get_option_no_throw(kFormula) != nullptr;
  if (takes_formula && IsFormula(words.front())) {
    return "unexpected argument '" + words.front() + "'; a formula with spaces goes in quotes";
  }
  const std::string word = words.front().substr(0, words.front().find('='));
  const bool is_option = word.starts_with('-');
  const std::vector<std::string> names = is_option ? OptionNames(app) : VerbNames(app);
  if (names.empty()) return "unexpected argument '" + word + "'";
  const std::vector<std::string_view> known(names.begin(), names.end());
  return UnknownName(is_option ? "option" : "verb", word, known).message +
         (is_option && takes_formula ? "; a formula that looks like an option goes after '--'"
                                     : "");
}

std::string FullName(const CLI::App& app) {
  return (app.get_parent() == nullptr ? "" : FullName(*app.get_parent()) + " ") + app.get_name();
}

int Misused(CommandLine& line, const std::string& problem, Terminal& terminal) {
  CLI::App& app = line.Deepest();
  const std::string unknown = UnknownWord(app);
  terminal.err << "actsearch: " << (unknown.empty() ? problem : unknown) << "\nSee '"
               << FullName(app) << " --help'\n";
  return kUsage;
}

int Finish(const Expected<int>& result, Terminal& terminal) {
  if (!result) {
    terminal.err << "actsearch: " << result.error().message << "\n";
    return result.error().exit;
  }
  errno = 0;
  terminal.out.flush();
  if (!terminal.out) {
    if (errno == EPIPE) return *result;  // whoever read it has seen enough
    terminal.err << "actsearch: cannot write the output; is the disk full?\n";
    return kFailed;
  }
  return *result;
}

}  // namespace

int RunProgram(std::vector<std::string> arguments, Terminal& terminal) {
  CommandLine line(terminal);
  try {
    arguments = FormulasLast(line.App(), std::move(arguments));
    std::ranges::reverse(arguments);  // as CLI11 takes them
    line.App().parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    CLI::App& app = line.Deepest();
    terminal.out << app.help(app.get_parent() == nullptr ? "" : FullName(*app.get_parent()));
    return kOk;
  } catch (const CLI::ParseError& error) {
    return Misused(line, error.what(), terminal);
  }
  return Finish(line.Chosen()(), terminal);
}

std::string BashCompletion(Terminal& terminal) {
  CommandLine line(terminal);
  std::string cases;
  const auto add = [&cases](const std::string& path, const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
    cases += "    '" + path + "') words='" + all + "' ;;\n";
  };
  std::vector<std::string> top = VerbNames(line.App());
  add("", top);
  for (const std::string& name : top) {
    CLI::App& group = *line.App().get_subcommand(name);
    std::vector<std::string> words = VerbNames(group);
    for (const std::string& verb : words)
      add(name + " " + verb, OptionNames(*group.get_subcommand(verb)));
    std::ranges::copy(OptionNames(group), std::back_inserter(words));
    add(name, words);
  }
  return "# bash completion for actsearch: source it, or put it into\n"
         "# ~/.local/share/bash-completion/completions/actsearch\n"
         "_actsearch() {\n"
         "  local verb=\"${COMP_WORDS[1]}\" path='' words=''\n"
         "  [ \"$COMP_CWORD\" -gt 1 ] && path=\"$verb\"\n"
         "  case \"$verb\" in job|candidates|space|zoo|completion)\n"
         "    [ \"$COMP_CWORD\" -gt 2 ] && path=\"$verb ${COMP_WORDS[2]}\" ;;\n"
         "  esac\n"
         "  case \"$path\" in\n" +
         cases +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "
         "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o filenames -F _actsearch actsearch\n";
}

}  // namespace actsearch::cli
