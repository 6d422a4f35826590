// Splits the text form into tokens, each with its 1-based column. A name may have modules before
// it, as in torch.nn.functional.gelu. For Parse and for the shapes of spaces, which read
// plain text (plain_text.h).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"

namespace actsearch::expr {

enum class TokenKind { kNumber, kName, kSymbol, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // into the source
  std::size_t column = 0;
  double number = 0;  // finite
};

// Ends with one kEnd token.
Result<std::vector<Token>> Tokenize(std::string_view source);

// The place of the "where" that begins the where clause, or of the end. Before a parenthesis
// "where" is a call.
std::size_t FindWhere(std::span<const Token> tokens);

}  // namespace actsearch::expr
