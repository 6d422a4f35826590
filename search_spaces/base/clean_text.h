// Text of others for logs and terminals: one line that moves no cursor, changes no colour and
// reorders nothing. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace actsearch {

// With `replacement` for each control character (C0, DEL, C1), line or paragraph separator and
// mark of direction (U+200E, U+202A to U+202E, U+2066 to U+2069, ...), and '?' for each byte
// that is no UTF-8.
std::string CleanText(std::string_view text, char replacement);

// At most `most` bytes of it, without half a character at the end.
std::string_view Shortened(std::string_view text, std::size_t most);

}  // namespace actsearch
