// Formulas on the command line may begin with '-', as options do: '-x^2'. Pure; any thread.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace actsearch::cli {

inline constexpr const char* kFormula = "FORMULA";  // the argument of verbs that take one

// Words that begin with '-' are formulas, unless they are made like the name of an option and do
// not parse. For words that name no option.
bool IsFormula(const std::string& word);

// `words` in the order in which CLI11 reads them as meant: where the verb takes a FORMULA, words
// that are no options of it go behind "--". The word after "--" is the
// formula, whatever it is.
std::vector<std::string> FormulasLast(CLI::App& app, std::vector<std::string> words);

}  // namespace actsearch::cli
