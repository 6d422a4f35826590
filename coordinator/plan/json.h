// The adapter to nlohmann-json for event logs and job specs: text to documents and
// back without exceptions, and typed reads that name what is wrong. Used inside
// coordinator/plan. Not thread-safe: a reader belongs to one call.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "search_spaces/base/error.h"

namespace actsearch::plan {

using Json = nlohmann::ordered_json;  // keeps the order in which keys were written

Result<Json> JsonFromText(std::string_view text);  // kCorrupt with the byte position
std::string JsonToText(const Json& json);          // one line, shortest exact numbers

// JSON has no infinities and no NaN: they are written "Infinity", "-Infinity", "NaN",
// as the JSON form of protocol buffers does.
Json NumberToJson(double value);

// Reads members of an object. The first mistake is kept, and every later read gives
// a default, so that callers check once, at the end.
class JsonReader {
 public:
  // `where` names the document in errors: "event", "outcome.rungs".
  JsonReader(const Json& object, std::string where);

  bool Has(std::string_view key) const;
  std::string Text(std::string_view key);
  std::uint64_t Unsigned(std::string_view key);
  int Int(std::string_view key);
  double Number(std::string_view key);
  bool Flag(std::string_view key);
  const Json& Array(std::string_view key);  // empty array on a mistake
  const Json& Member(std::string_view key);  // of any kind; an empty object when it is missing
  JsonReader Object(std::string_view key);  // hand it back to Take when read

  double NumberOf(const Json& value, std::string_view key);  // also the three names above
  int IntOf(const Json& value, std::string_view key);

  void Take(const JsonReader& inner);  // adopts the inner reader's mistake
  void Complain(std::string_view key, std::string_view expected);
  bool Ok() const { return error_.empty(); }
  Error TakeError() const;  // kCorrupt

 private:
  const Json* Find(std::string_view key);

  const Json& object_;
  std::string where_;
  std::string error_;
};

}  // namespace actsearch::plan
