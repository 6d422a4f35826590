#include "coordinator/store/redis_address.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>

namespace actsearch::store {
namespace {

constexpr std::string_view kForm =
    "write redis://[[USER]:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME&timeout_ms=N] or "
    "redis+unix:///PATH[?db=N&prefix=NAME&timeout_ms=N]";

std::unexpected<Error> Bad(const std::string& what) {
  return Fail(ErrorCode::kInvalid, "Redis store address: " + what + "; " + std::string(kForm));
}

std::optional<int> Number(std::string_view text, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < low || value > high) return std::nullopt;
  return value;
}

std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    std::uint8_t byte = 0;
    const char* digits = text.data() + i + 1;
    const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
    if (error != std::errc() || end != digits + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

// Cuts `text` before the first `mark` and returns what came after it.
std::optional<std::string_view> CutAt(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view after = text.substr(at + 1);
  text = text.substr(0, at);
  return after;
}

Result<void> ParseUser(std::string_view text, RedisAddress& address) {
  const auto password = CutAt(text, ':');
  if (!password) return Bad("there is no ':' before the password; for no user write :PASSWORD@");
  const auto user = PercentDecoded(text);
  const auto secret = PercentDecoded(*password);
  if (!user || !secret) return Bad("a '%' in user or password is not followed by two hex digits");
  if (secret->empty()) return Bad("the password is empty");
  address.user = *user;
  address.password = *secret;
  return {};
}

Result<void> ParseDatabase(std::string_view text, RedisAddress& address) {
  const auto number = Number(text, 0, 1'000'000);
  if (!number) return Bad("database '" + std::string(text) + "' is not a number from 0 on");
  address.database = *number;
  return {};
}

Result<void> ParseHost(std::string_view text, RedisAddress& address) {
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {  // an IPv6 address
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return Bad("'[' in the host is not closed");
    host = text.substr(1, close - 1);
    std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') return Bad("':PORT' must follow ']'");
    if (!rest.empty()) port = rest.substr(1);
  } else {
    port = CutAt(host, ':');
  }
  if (host.empty()) return Bad("the host is missing");
  address.host = std::string(host);
  if (!port) return {};
  const auto number = Number(*port, 1, 65535);
  if (!number) return Bad("port '" + std::string(*port) + "' is not from 1 to 65535");
  address.port = *number;
  return {};
}

Result<void> ParseOption(std::string_view option, RedisAddress& address) {
  const auto value = CutAt(option, '=');
  if (!value) return Bad("option '" + std::string(option) + "' has no value");
  if (option == "prefix") {
    constexpr std::string_view kSigns = "._-:";
    const bool plain = std::ranges::all_of(*value, [&](unsigned char c) {
      return std::isalnum(c) != 0 || kSigns.contains(static_cast<char>(c));
    });
    if (value->empty() || !plain) return Bad("prefix must be letters, digits and . _ - : only");
    address.prefix = std::string(*value);
    return {};
  }
  if (option == "timeout_ms") {
    const auto number = Number(*value, 1, 600'000);
    if (!number) return Bad("timeout_ms '" + std::string(*value) + "' is not from 1 to 600000");
    address.timeout_ms = *number;
    return {};
  }
  if (option == "db") return ParseDatabase(*value, address);
  return Bad("unknown option '" + std::string(option) + "'; known: prefix, timeout_ms, db");
}

}  // namespace

std::string RedisAddress::Display() const {
  if (!unix_path.empty()) return "redis+unix://" + unix_path;
  std::string text = "redis://";
  const bool ipv6 = host.contains(':');
  text.append(ipv6 ? "[" : "").append(host).append(ipv6 ? "]" : "");
  text.append(":").append(std::to_string(port));
  if (database != 0) text.append("/").append(std::to_string(database));
  return text;
}

Result<RedisAddress> ParseRedisAddress(std::string_view text) {
  RedisAddress address;
  const std::size_t slashes = text.find("://");
  if (slashes == std::string_view::npos) return Bad("'//' must follow the scheme");
  const bool local = text.substr(0, slashes) == "redis+unix";
  std::string_view rest = text.substr(slashes + 3);
  auto options = CutAt(rest, '?');
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    if (auto ok = ParseUser(rest.substr(0, at), address); !ok) return std::unexpected(ok.error());
    rest = rest.substr(at + 1);
  }
  if (local) {
    if (!rest.starts_with('/')) return Bad("the path of the socket must start with '/'");
    address.unix_path = std::string(rest);
  } else {
    const auto database = CutAt(rest, '/');
    if (auto ok = ParseHost(rest, address); !ok) return std::unexpected(ok.error());
    if (database && !database->empty()) {
      if (auto ok = ParseDatabase(*database, address); !ok) return std::unexpected(ok.error());
    }
  }
  while (options) {
    std::string_view option = *options;
    options = CutAt(option, '&');
    if (auto ok = ParseOption(option, address); !ok) return std::unexpected(ok.error());
  }
  return address;
}

}  // namespace actsearch::store
