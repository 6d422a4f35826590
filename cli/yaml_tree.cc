#include "cli/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>

namespace actsearch::cli {
namespace {

Place PlaceOf(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

[[noreturn]] void Refuse(const YAML::Mark& mark, const std::string& message) {
  throw YAML::ParserException(mark, message);  // caught in ParseYaml
}

// Collects the events of one document into a tree.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Add(mark, {.kind = YamlNode::Kind::kNull});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "aliases (*name) are not supported; write the value out");
  }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    Refuse(mark, "anchors (&" + name + ") are not supported; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    if (tag != "?") CheckTag(mark, tag);
    Add(mark, {.kind = YamlNode::Kind::kScalar, .text = value, .quoted = tag == "!"});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(mark, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(mark, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A node whose end has not come yet; a map's key waits here for its value.
  struct Unfinished {
    YamlNode node;
    std::optional<YamlNode> key;
  };

  static void CheckTag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      Refuse(mark, "tags (" + tag + ") are not supported; write the plain value");
    }
  }

  void Count(const YAML::Mark& mark) {
    if (++nodes_ > limits_.nodes) {
      Refuse(mark, "more than " + std::to_string(limits_.nodes) + " values");
    }
  }

  void Open(const YAML::Mark& mark, YamlNode::Kind kind) {
    Count(mark);
    if (static_cast<int>(open_.size()) >= limits_.depth) {
      Refuse(mark, "nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    open_.push_back({.node = {.kind = kind, .place = PlaceOf(mark)}});
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Put(std::move(node));
  }

  void Add(const YAML::Mark& mark, YamlNode node) {
    Count(mark);
    node.place = PlaceOf(mark);
    Put(std::move(node));
  }

  void Put(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Unfinished& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      parent.node.entries.emplace_back(std::move(*parent.key), std::move(node));
      parent.key.reset();
    }
  }

  YamlLimits limits_;
  std::size_t nodes_ = 0;
  std::vector<Unfinished> open_;
  YamlNode root_;
};

// The parser's own words for an indentation with tabs help nobody.
std::optional<YamlProblem> TabBefore(std::string_view text, const YAML::Mark& mark) {
  std::size_t begin = 0;
  for (int line = 0; line < mark.line && begin != std::string_view::npos; ++line) {
    begin = text.find('\n', begin);
    if (begin != std::string_view::npos) ++begin;
  }
  if (begin >= text.size()) return std::nullopt;
  const std::string_view indent = text.substr(begin, text.find_first_not_of(" \t", begin) - begin);
  const auto tab = indent.find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  return YamlProblem{{mark.line + 1, static_cast<int>(tab) + 1}, "a tab cannot indent; use spaces"};
}

}  // namespace

std::expected<YamlNode, YamlProblem> ParseYaml(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    return std::unexpected(
        YamlProblem{{}, "larger than " + std::to_string(limits.bytes) + " bytes"});
  }
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    return std::unexpected(
        YamlProblem{{}, "not a text file: a zero byte at offset " + std::to_string(zero)});
  }
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    TreeBuilder first(limits);
    if (!parser.HandleNextDocument(first)) return YamlNode{};
    TreeBuilder second(limits);
    if (parser.HandleNextDocument(second)) {
      return std::unexpected(
          YamlProblem{second.TakeRoot().place, "a second document begins here; a file holds one"});
    }
    return first.TakeRoot();
  } catch (const YAML::Exception& problem) {
    if (const auto tab = TabBefore(text, problem.mark)) return std::unexpected(*tab);
    return std::unexpected(YamlProblem{PlaceOf(problem.mark), problem.msg});
  }
}

}  // namespace actsearch::cli
