// Text as people paste it from papers, chats and web pages, in the characters that the
// language is written in. Pure; safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "search_spaces/base/error.h"

namespace actsearch::expr {

// `text` with typographic signs in place of which one plain sign can be meant replaced by it:
// minus signs and dashes, crosses and dots of products, spaces of every width, full-width
// parentheses, superscript 2 and 3. kInvalid with column, character and U+ number for other
// characters beyond ASCII, and with column and byte where the text is no UTF-8. Columns count
// characters; ASCII comes back as it is.
Result<std::string> PlainText(std::string_view text);

}  // namespace actsearch::expr
