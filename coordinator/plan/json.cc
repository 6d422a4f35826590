#include "coordinator/plan/json.h"

#include <cmath>
#include <limits>
#include <utility>

namespace actsearch::plan {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::pair<std::string_view, double> kNonFinite[] = {
    {"Infinity", kInfinity},
    {"-Infinity", -kInfinity},
    {"NaN", std::numeric_limits<double>::quiet_NaN()},
};

const Json& EmptyArray() {
  static const Json empty = Json::array();
  return empty;
}

const Json& EmptyObject() {
  static const Json empty = Json::object();
  return empty;
}

}  // namespace

Result<Json> JsonFromText(std::string_view text) {
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& e) {
    return Fail(ErrorCode::kCorrupt,
                "not a JSON document: mistake at byte " + std::to_string(e.byte));
  } catch (const Json::exception& e) {
    return Fail(ErrorCode::kCorrupt, std::string("not a JSON document: ") + e.what());
  }
}

std::string JsonToText(const Json& json) {
  // Replacing bad UTF-8 cannot throw; callers check texts of people with IsUtf8 (fields.h).
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json NumberToJson(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

JsonReader::JsonReader(const Json& object, std::string where)
    : object_(object.is_object() ? object : EmptyObject()), where_(std::move(where)) {
  if (!object.is_object()) error_ = where_ + ": expected an object, got " + object.type_name();
}

const Json* JsonReader::Find(std::string_view key) {
  const auto at = object_.find(key);
  if (at != object_.end()) return &*at;
  if (error_.empty()) error_ = where_ + "." + std::string(key) + " is missing";
  return nullptr;
}

bool JsonReader::Has(std::string_view key) const { return object_.contains(key); }

std::string JsonReader::Text(std::string_view key) {
  const Json* value = Find(key);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  Complain(key, "a text");
  return {};
}

std::uint64_t JsonReader::Unsigned(std::string_view key) {
  const Json* value = Find(key);
  if (value == nullptr) return 0;
  if (value->is_number_unsigned()) return value->get<std::uint64_t>();
  Complain(key, "a whole number from 0 on");
  return 0;
}

int JsonReader::Int(std::string_view key) {
  const Json* value = Find(key);
  return value == nullptr ? 0 : IntOf(*value, key);
}

double JsonReader::Number(std::string_view key) {
  const Json* value = Find(key);
  return value == nullptr ? 0 : NumberOf(*value, key);
}

bool JsonReader::Flag(std::string_view key) {
  const Json* value = Find(key);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  Complain(key, "true or false");
  return false;
}

const Json& JsonReader::Array(std::string_view key) {
  const Json* value = Find(key);
  if (value == nullptr) return EmptyArray();
  if (value->is_array()) return *value;
  Complain(key, "a list");
  return EmptyArray();
}

const Json& JsonReader::Member(std::string_view key) {
  const Json* value = Find(key);
  return value == nullptr ? EmptyObject() : *value;
}

JsonReader JsonReader::Object(std::string_view key) {
  return JsonReader(Member(key), where_ + "." + std::string(key));
}

double JsonReader::NumberOf(const Json& value, std::string_view key) {
  if (value.is_number()) return value.get<double>();
  for (const auto& [name, number] : kNonFinite) {
    if (value.is_string() && value.get_ref<const std::string&>() == name) return number;
  }
  Complain(key, "a number");
  return 0;
}

int JsonReader::IntOf(const Json& value, std::string_view key) {
  constexpr auto kLargest = std::numeric_limits<int>::max();
  if (value.is_number_unsigned() && value.get<std::uint64_t>() <= kLargest) return value.get<int>();
  Complain(key, "a whole number from 0 to " + std::to_string(kLargest));
  return 0;
}

void JsonReader::Take(const JsonReader& inner) {
  if (error_.empty()) error_ = inner.error_;
}

void JsonReader::Complain(std::string_view key, std::string_view expected) {
  if (!error_.empty()) return;
  error_ = where_ + "." + std::string(key) + " is not " + std::string(expected);
  const auto at = object_.find(key);
  if (at != object_.end()) error_ += ": " + JsonToText(*at).substr(0, 80);
}

Error JsonReader::TakeError() const { return {ErrorCode::kCorrupt, error_}; }

}  // namespace actsearch::plan
