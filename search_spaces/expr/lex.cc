#include "search_spaces/expr/lex.h"

#include <charconv>
#include <string>
#include <system_error>

namespace actsearch::expr {
namespace {

// Plain ASCII tests: the answer must not depend on the locale.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string Shown(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x7f) return std::string("'") + c + "'";
  constexpr char kDigits[] = "0123456789abcdef";
  return std::string("byte 0x") + kDigits[byte >> 4] + kDigits[byte & 15];
}

std::unexpected<Error> At(std::size_t column, const std::string& what) {
  return Fail(ErrorCode::kInvalid, "column " + std::to_string(column) + ": " + what);
}

Result<Token> Number(std::string_view rest, std::size_t column) {
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error == std::errc::result_out_of_range) {
    return At(column, "the number does not fit a double; use one between 1e-300 and 1e300");
  }
  if (error != std::errc()) return At(column, "expected digits after '.'");
  const auto length = static_cast<std::size_t>(end - rest.data());
  if (length < rest.size() && (IsNameStart(rest[length]) || rest[length] == '.')) {
    return At(column + length, "expected an operator after the number, met " + Shown(rest[length]));
  }
  return Token{TokenKind::kNumber, rest.substr(0, length), column, value};
}

Token Name(std::string_view rest, std::size_t column) {
  std::size_t length = 1;
  const auto goes_on = [rest](std::size_t at) {
    if (at >= rest.size()) return false;
    if (IsNameStart(rest[at]) || IsDigit(rest[at])) return true;
    return rest[at] == '.' && at + 1 < rest.size() && IsNameStart(rest[at + 1]);
  };
  while (goes_on(length)) ++length;
  return Token{TokenKind::kName, rest.substr(0, length), column};
}

// The sign at the start of `rest`, the longest one; empty where there is none.
std::string_view Symbol(std::string_view rest) {
  for (const std::string_view sign : {":=", "**", "<=", ">="}) {
    if (rest.starts_with(sign)) return rest.substr(0, 2);
  }
  constexpr std::string_view kSigns = "+-*/^()[]{},:=<>";
  return rest.substr(0, kSigns.find(rest[0]) != std::string_view::npos ? 1 : 0);
}

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view source) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < source.size()) {
    const char c = source[at];
    const std::string_view rest = source.substr(at);
    if (IsSpace(c)) {
      ++at;
      continue;
    }
    if (IsDigit(c) || c == '.') {
      auto number = Number(rest, at + 1);
      if (!number) return std::unexpected(number.error());
      tokens.push_back(*number);
    } else if (IsNameStart(c)) {
      tokens.push_back(Name(rest, at + 1));
    } else if (const std::string_view symbol = Symbol(rest); !symbol.empty()) {
      tokens.push_back({TokenKind::kSymbol, symbol, at + 1});
    } else {
      return At(at + 1, "cannot read " + Shown(c) + "; formulas are made of names, numbers and " +
                            "+ - * / ^ ( ) [ ] { } , : = < >");
    }
    at += tokens.back().text.size();
  }
  tokens.push_back({TokenKind::kEnd, {}, source.size() + 1});
  return tokens;
}

std::size_t FindWhere(std::span<const Token> tokens) {
  std::size_t i = 0;
  for (; i + 1 < tokens.size(); ++i) {
    const bool is_call = tokens[i + 1].kind == TokenKind::kSymbol && tokens[i + 1].text == "(";
    if (tokens[i].kind == TokenKind::kName && tokens[i].text == "where" && !is_call) break;
  }
  return i;
}

}  // namespace actsearch::expr
