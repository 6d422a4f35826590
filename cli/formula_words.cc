#include "cli/formula_words.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>
#include <utility>

#include "search_spaces/expr/parse.h"

namespace actsearch::cli {
namespace {

const CLI::Option* OptionNamed(const CLI::App& app, const std::string& word) {
  if (!word.starts_with('-') || word == "-" || word == "--") return nullptr;
  return app.get_option_no_throw(word.substr(0, word.find('=')));
}

// --some-option or --some-option=value.
bool IsMadeLikeAName(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  word = word.substr(0, word.find('='));
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0; };
  return !word.empty() && is_letter(word.front()) && std::ranges::all_of(word, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

// The verb that the first words name, and how many they are.
std::pair<CLI::App*, std::size_t> VerbOf(CLI::App& app, const std::vector<std::string>& words) {
  CLI::App* verb = &app;
  std::size_t count = 0;
  for (; count < words.size(); ++count) {
    const auto next = verb->get_subcommands(
        [&](CLI::App* child) { return child->get_name() == words[count]; });
    if (next.empty()) break;
    verb = next.front();
  }
  return {verb, count};
}

}  // namespace

bool IsFormula(const std::string& word) {
  if (!word.starts_with('-') || word == "-") return true;
  return !IsMadeLikeAName(word) || expr::Parse(word).has_value();
}

std::vector<std::string> FormulasLast(CLI::App& app, std::vector<std::string> words) {
  const auto [verb, count] = VerbOf(app, words);
  if (verb->get_option_no_throw(kFormula) == nullptr) return words;
  std::vector<std::string> ordered(words.begin(),
                                   words.begin() + static_cast<std::ptrdiff_t>(count));
  std::vector<std::string> formulas;
  for (std::size_t i = count; i < words.size(); ++i) {
    if (words[i] == "--") {
      if (++i < words.size()) formulas.push_back(words[i]);
    } else if (const CLI::Option* option = OptionNamed(*verb, words[i])) {
      ordered.push_back(words[i]);
      const bool has_value = words[i].find('=') != std::string::npos;
      if (option->get_items_expected_min() == 0 || has_value || i + 1 == words.size()) continue;
      ordered.push_back(words[++i]);
    } else {
      (IsFormula(words[i]) ? formulas : ordered).push_back(words[i]);
    }
  }
  if (formulas.empty()) return ordered;
  ordered.emplace_back("--");
  std::ranges::move(formulas, std::back_inserter(ordered));
  return ordered;
}

}  // namespace actsearch::cli
