// Texts, names, errors, values of fields and facts of data.
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "proto/checks.h"
#include "proto/convert.h"
#include "search_spaces/base/clean_text.h"

namespace actsearch::proto {
namespace {

constexpr std::int64_t kLargestSize = 1'000'000'000;  // of a dimension, or rows of a part

template <class List, class Items>
void Assign(List& list, const Items& items) {
  list.mutable_items()->Assign(items.begin(), items.end());
}

template <class Item, class List>
Result<FieldValue> ListOf(const std::string& field, const List& list) {
  if (auto ok = CheckCount(field, list.items_size(), kMostItems); !ok) {
    return std::unexpected(ok.error());
  }
  return std::vector<Item>(list.items().begin(), list.items().end());
}

Result<FieldValue> TextsOf(const v1::FieldValue::Texts& list) {
  for (int i = 0; i < list.items_size(); ++i) {
    if (auto ok = CheckSize(At("texts", i), list.items(i), kMostFolderBytes); !ok) {
      return std::unexpected(ok.error());
    }
  }
  return ListOf<std::string>("texts", list);
}

v1::Signature ToProto(const catalogue::Signature& signature) {
  v1::Signature message;
  message.set_kind(static_cast<v1::Signature::Kind>(signature.kind));
  message.set_shape(static_cast<v1::Signature::ShapeKind>(signature.shape.kind));
  message.set_channels(signature.shape.channels);
  message.set_height(signature.shape.height);
  message.set_width(signature.shape.width);
  message.set_length(signature.shape.length);
  message.set_classes(signature.classes);
  return message;
}

Result<catalogue::Signature> SignatureFrom(const v1::Signature& message) {
  if (!v1::Signature::Kind_IsValid(message.kind())) {
    return Invalid("kind", std::to_string(message.kind()), "a known kind of values");
  }
  if (!v1::Signature::ShapeKind_IsValid(message.shape())) {
    return Invalid("shape", std::to_string(message.shape()), "a known kind of shape");
  }
  const std::pair<const char*, std::int64_t> sizes[] = {{"channels", message.channels()},
                                                        {"height", message.height()},
                                                        {"width", message.width()},
                                                        {"length", message.length()},
                                                        {"classes", message.classes()}};
  for (const auto& [name, size] : sizes) {
    if (auto ok = CheckRange(name, size, 0, kLargestSize); !ok) return std::unexpected(ok.error());
  }
  return catalogue::Signature{
      .kind = static_cast<catalogue::ValueKind>(message.kind()),
      .shape = {static_cast<Shape::Kind>(message.shape()), message.channels(), message.height(),
                message.width(), message.length()},
      .classes = message.classes()};
}

Result<std::vector<catalogue::Reference>> ReferencesFrom(const v1::DataFacts& message) {
  constexpr int kMostReferences = 16;
  if (auto ok = CheckCount("references", message.references_size(), kMostReferences); !ok) {
    return std::unexpected(ok.error());
  }
  std::vector<catalogue::Reference> references;
  for (const v1::Reference& from : message.references()) {
    catalogue::Reference reference{.name = from.name()};
    if (auto ok = CheckName("references.name", from.name()); !ok) {
      return std::unexpected(ok.error());
    }
    if (from.losses_size() != message.rows_size()) {
      return Invalid("references.losses", std::to_string(from.losses_size()) + " numbers",
                     "as many as there are rows");
    }
    std::ranges::copy(from.losses(), reference.losses.begin());
    references.push_back(std::move(reference));
  }
  return references;
}

}  // namespace

// The messages' values are the enumerations' plus one where zero is "unspecified".
static_assert(v1::SPLIT_FINAL == static_cast<int>(Split::kFinal) + 1);
static_assert(v1::STATUS_CANCELLED == static_cast<int>(Status::kCancelled) + 1);
static_assert(v1::ATTEMPT_END_ERROR == static_cast<int>(AttemptEnd::kError) + 1);
static_assert(v1::ERROR_CODE_INTERNAL == static_cast<int>(ErrorCode::kInternal) + 1);
static_assert(v1::Split_MAX == v1::SPLIT_FINAL && v1::Status_MAX == v1::STATUS_CANCELLED &&
              v1::AttemptEnd_MAX == v1::ATTEMPT_END_ERROR &&
              v1::ErrorCode_MAX == v1::ERROR_CODE_INTERNAL);
static_assert(v1::Signature::KIND_TOKENS == static_cast<int>(catalogue::ValueKind::kTokens) &&
              v1::Signature::SHAPE_KIND_SEQUENCE == static_cast<int>(Shape::Kind::kSequence));

std::string OneLine(std::string_view text, std::size_t most) {
  return CleanText(Shortened(text, most), ' ');
}

v1::Split ToProto(Split split) { return static_cast<v1::Split>(static_cast<int>(split) + 1); }
v1::Status ToProto(Status status) { return static_cast<v1::Status>(static_cast<int>(status) + 1); }
v1::ErrorCode ToProto(ErrorCode code) {
  return static_cast<v1::ErrorCode>(static_cast<int>(code) + 1);
}

v1::Error ToProto(const Error& error) {
  v1::Error message;
  message.set_code(ToProto(error.code));
  message.set_message(OneLine(error.message));
  return message;
}

v1::FieldValue ToProto(const FieldValue& value) {
  v1::FieldValue message;
  std::visit(
      [&]<class T>(const T& v) {
        if constexpr (std::is_same_v<T, bool>) {
          message.set_flag(v);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          message.set_integer(v);
        } else if constexpr (std::is_same_v<T, double>) {
          message.set_number(v);
        } else if constexpr (std::is_same_v<T, std::string>) {
          message.set_text(v);
        } else if constexpr (std::is_same_v<T, std::vector<std::int64_t>>) {
          Assign(*message.mutable_integers(), v);
        } else if constexpr (std::is_same_v<T, std::vector<double>>) {
          Assign(*message.mutable_numbers(), v);
        } else {
          Assign(*message.mutable_texts(), v);
        }
      },
      value);
  return message;
}

v1::DataFacts ToProto(const catalogue::DataFacts& facts) {
  v1::DataFacts message;
  message.set_digest(facts.digest);
  *message.mutable_inputs() = ToProto(facts.inputs);
  *message.mutable_targets() = ToProto(facts.targets);
  const auto rows = facts.Rows();
  message.mutable_rows()->Assign(rows.begin(), rows.end());
  for (const catalogue::Reference& reference : facts.references) {
    v1::Reference& to = *message.add_references();
    to.set_name(reference.name);
    const auto losses = std::span(reference.losses).first(rows.size());
    to.mutable_losses()->Assign(losses.begin(), losses.end());
  }
  return message;
}

Result<Split> FromProto(v1::Split split) {
  if (split <= v1::SPLIT_UNSPECIFIED || split > v1::Split_MAX) {
    return Invalid("split", std::to_string(static_cast<int>(split)),
                   "one of search, select, final");
  }
  return static_cast<Split>(static_cast<int>(split) - 1);
}

Result<Status> FromProto(v1::Status status) {
  if (status <= v1::STATUS_UNSPECIFIED || status > v1::Status_MAX) {
    return Invalid("status", std::to_string(static_cast<int>(status)),
                   "a status between 1 and " + std::to_string(static_cast<int>(v1::Status_MAX)));
  }
  return static_cast<Status>(static_cast<int>(status) - 1);
}

Result<AttemptEnd> FromProto(v1::AttemptEnd end) {
  if (end <= v1::ATTEMPT_END_UNSPECIFIED || end > v1::AttemptEnd_MAX) {
    return Invalid("end", std::to_string(static_cast<int>(end)),
                   "an end between 1 and " + std::to_string(static_cast<int>(v1::AttemptEnd_MAX)));
  }
  return static_cast<AttemptEnd>(static_cast<int>(end) - 1);
}

Error FromProto(const v1::Error& error) {
  const bool known = error.code() > v1::ERROR_CODE_UNSPECIFIED && error.code() <= v1::ErrorCode_MAX;
  return {known ? static_cast<ErrorCode>(error.code() - 1) : ErrorCode::kInternal,
          OneLine(error.message())};
}

Result<FieldValue> FromProto(const v1::FieldValue& value) {
  switch (value.value_case()) {
    case v1::FieldValue::kFlag:
      return value.flag();
    case v1::FieldValue::kInteger:
      return value.integer();
    case v1::FieldValue::kNumber:
      return value.number();
    case v1::FieldValue::kText:
      if (auto ok = CheckSize("text", value.text(), kMostFolderBytes); !ok) {
        return std::unexpected(ok.error());
      }
      return value.text();
    case v1::FieldValue::kIntegers:
      return ListOf<std::int64_t>("integers", value.integers());
    case v1::FieldValue::kNumbers:
      return ListOf<double>("numbers", value.numbers());
    case v1::FieldValue::kTexts:
      return TextsOf(value.texts());
    case v1::FieldValue::VALUE_NOT_SET:
      break;
  }
  return Fail(ErrorCode::kInvalid, "value: nothing is no value; a newer program may have sent it");
}

Result<catalogue::DataFacts> FromProto(const v1::DataFacts& message) {
  catalogue::DataFacts facts{.digest = message.digest()};
  if (auto ok = CheckDigest("digest", facts.digest); !ok) return std::unexpected(ok.error());
  const auto inputs = SignatureFrom(message.inputs());
  if (!inputs) return Within("inputs", inputs.error());
  const auto targets = SignatureFrom(message.targets());
  if (!targets) return Within("targets", targets.error());
  facts.inputs = *inputs;
  facts.targets = *targets;
  if (message.rows_size() != 4 && message.rows_size() != static_cast<int>(facts.rows.size())) {
    return Invalid("rows", std::to_string(message.rows_size()) + " numbers",
                   "one for each of train, search, select, final, and the far ones if any");
  }
  for (int i = 0; i < message.rows_size(); ++i) {
    if (auto ok = CheckRange(At("rows", i), message.rows(i), 0, kLargestSize); !ok) {
      return std::unexpected(ok.error());
    }
    facts.rows[static_cast<std::size_t>(i)] = message.rows(i);
  }
  auto references = ReferencesFrom(message);
  if (!references) return std::unexpected(references.error());
  facts.references = *std::move(references);
  return facts;
}

}  // namespace actsearch::proto
