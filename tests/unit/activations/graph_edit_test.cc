#include "search_spaces/activations/graph_edit.h"

#include <gtest/gtest.h>

#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::activations {
namespace {

using expr::Expr;
using expr::Kind;

Expr Read(std::string_view text) { return expr::Parse(text).value(); }
std::string Text(const Expr& e) { return expr::Print(expr::Canonical(e)); }

NodeIndex Find(const Expr& e, Kind kind) {
  for (std::size_t i = 0; i < e.nodes.size(); ++i) {
    if (e.nodes[i].kind == kind) return static_cast<NodeIndex>(i);
  }
  ADD_FAILURE() << "no such node";
  return 0;
}

NodeIndex Root(const Expr& e) { return static_cast<NodeIndex>(e.nodes.size() - 1); }

TEST(GraphEdit, ReplacesOneUseOfASharedNode) {
  const Expr e = Read("tanh(x) + x * tanh(x)");
  GraphEdit edit(e);
  const Place left = {.node = e.nodes.back().args[0], .user = Root(e), .arg = 0};
  EXPECT_EQ(Text(edit.Replace(left, edit.Graft(Read("relu(x)"), 1))),
            Text(Read("relu(x) + x * tanh(x)")));
}

TEST(GraphEdit, WrapsANodeInItsReplacement) {
  const Expr e = Read("x * sigmoid(x)");
  GraphEdit edit(e);
  const Expr sin = Read("sin(b) where b: layer = 0");
  const NodeIndex sigmoid = e.nodes.back().args[1];
  const Place inner = {.node = Find(e, Kind::kInput), .user = sigmoid, .arg = 0};
  const int slots[] = {inner.node};
  EXPECT_EQ(Text(edit.Replace(inner, edit.Graft(sin, Root(sin), slots))),
            Text(Read("x * sigmoid(sin(x))")));
}

TEST(GraphEdit, ReplacesTheOutput) {
  const Expr e = Read("x * sigmoid(x)");
  EXPECT_EQ(Text(GraphEdit(e).Replace({.node = Root(e)}, Find(e, Kind::kInput))), "x");
}

TEST(Places, AreTheOutputAndEveryArgument) {
  const Expr e = Read("x * sigmoid(x)");
  const std::vector<Place> places = Places(e);
  EXPECT_EQ(places.size(), 4u);  // x twice, sigmoid(x), the product
  for (const Place& place : places) {
    if (place.user == Place::kOutput) {
      EXPECT_EQ(place.node, Root(e));
    } else {
      EXPECT_EQ(e.nodes[place.user].args[place.arg], place.node);
    }
  }
}

TEST(GraphEdit, DropsParametersThatNobodyUses) {
  const Expr e = Read("a * x + tanh(b * x) where a: layer = 2, b: channel = 3");
  GraphEdit edit(e);
  const Expr result = edit.Output(e.nodes.back().args[1]);
  ASSERT_EQ(result.parameters.size(), 1u);
  EXPECT_EQ(result.parameters[0].initial, 3);
}

TEST(GraphEdit, GraftedParametersAreNewOnes) {
  const Expr e = Read("a * x where a: layer = 2");
  GraphEdit edit(e);
  const NodeIndex copy = edit.Graft(e, Root(e));
  const NodeIndex both[] = {Root(e), copy};
  const Expr result = edit.Output(edit.AddPrimitive(e.nodes.back().id, both));
  ASSERT_EQ(result.parameters.size(), 2u);
  EXPECT_NE(result.parameters[0].name, result.parameters[1].name);
}

}  // namespace
}  // namespace actsearch::activations
