#include "coordinator/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <set>
#include <string>

#include "coordinator/telemetry/exposition.h"
#include "coordinator/telemetry/metered_store.h"

namespace actsearch::telemetry {
namespace {

const prometheus::MetricFamily* Find(const std::vector<prometheus::MetricFamily>& families,
                                     std::string_view name) {
  const auto found = std::ranges::find(families, name, &prometheus::MetricFamily::name);
  return found == families.end() ? nullptr : &*found;
}

TEST(MetricTable, NamesFollowTheRules) {
  std::set<std::string_view> names;
  for (const MetricRow& row : MetricTable()) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_TRUE(row.name.starts_with("actsearch_"));
    EXPECT_TRUE(
        std::ranges::all_of(row.name, [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); }));
    EXPECT_EQ(row.name.ends_with("_total"), row.type == MetricType::kCounter);
    EXPECT_EQ(row.name.ends_with("_seconds"), row.type == MetricType::kHistogram);
    EXPECT_EQ(row.buckets.empty(), row.type != MetricType::kHistogram);
    EXPECT_TRUE(std::ranges::is_sorted(row.buckets));
    EXPECT_TRUE(row.help.ends_with("."));
    for (const std::string_view label : row.labels) {
      EXPECT_THAT(std::set<std::string_view>({"job", "candidate", "worker"}),
                  testing::Not(testing::Contains(label)));
    }
  }
}

// A series that appears only with its first event cannot be alerted on.
TEST(MetricTable, EveryRowIsExposedFromTheStartWithItsLabels) {
  const Metrics metrics;
  const auto families = metrics.Registry()->Collect();
  EXPECT_EQ(families.size(), MetricTable().size());
  for (const MetricRow& row : MetricTable()) {
    SCOPED_TRACE(row.name);
    const auto* family = Find(families, row.name);
    ASSERT_NE(family, nullptr);
    EXPECT_EQ(family->help, row.help);
    ASSERT_FALSE(family->metric.empty());
    for (const auto& metric : family->metric) {
      std::set<std::string> labels;
      for (const auto& label : metric.label) labels.insert(label.name);
      EXPECT_EQ(labels, std::set<std::string>(row.labels.begin(), row.labels.end()));
    }
  }
}

TEST(Metrics, HostileRejectionRulesCannotMakeSeriesWithoutEnd) {
  Metrics metrics;
  for (int i = 0; i < 1000; ++i) {
    metrics.CandidateEnded("search",
                           {.status = Status::kRejected,
                            .rejection = Rejection{"probe", "rule" + std::to_string(i), ""}});
  }
  const auto families = metrics.Registry()->Collect();
  const auto* rejections = Find(families, "actsearch_rejections_total");
  ASSERT_NE(rejections, nullptr);
  EXPECT_LE(rejections->metric.size(), 32U);
  double total = 0;
  for (const auto& metric : rejections->metric) total += metric.counter.value;
  EXPECT_EQ(total, 1000);
}

TEST(MeteredStore, MeasuresEveryOperation) {
  Metrics metrics;
  const SystemClock clock;
  const auto store = Metered(*store::OpenStore("memory:"), clock, metrics);
  const auto epoch = store->Lead("me", 1, 1000);
  ASSERT_TRUE(epoch);
  const std::vector<std::string> events = {"{}"};
  ASSERT_TRUE(store->Append("job", *epoch, 0, events));
  (void)store->Read("job", 0, 1);
  (void)store->Jobs();
  (void)store->PutSnapshot("job", *epoch, {});
  (void)store->GetSnapshot("job");
  (void)store->PutResults(*epoch, {});
  (void)store->GetResults({});
  (void)store->Delete("job", *epoch);
  (void)store->Resign("me");
  const auto families = metrics.Registry()->Collect();
  const auto* ops = Find(families, "actsearch_store_op_seconds");
  ASSERT_NE(ops, nullptr);
  EXPECT_EQ(ops->metric.size(), StoreOps().size());
  for (const auto& metric : ops->metric) {
    EXPECT_EQ(metric.histogram.sample_count, 1U) << metric.label.at(0).value;
  }
}

TEST(Exposition, PicksAFreePortAndExplainsATakenOne) {
  const Metrics metrics;
  const auto first = Exposition::Start("127.0.0.1:0", metrics);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_THAT((*first)->Address(), testing::Not(testing::EndsWith(":0")));
  const auto second = Exposition::Start((*first)->Address(), metrics);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, testing::HasSubstr((*first)->Address()));
}

}  // namespace
}  // namespace actsearch::telemetry
