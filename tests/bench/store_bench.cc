// store_bench [ADDRESS...]: durable events a second of each store, for appends of
// 1, 16 and 128 events of 200 bytes. Without addresses: memory, SQLite in a new
// temporary folder, and a redis-server of its own with appendfsync always,
// everysec and off.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "coordinator/store/store.h"
#include "tests/support/redis_server.h"

namespace actsearch::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBudget(1000);
constexpr std::size_t kEventBytes = 200;

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

// False after an error, which is told.
bool MeasureBatch(Store& store, const std::string& name, Epoch epoch, std::size_t batch) {
  const std::string job = "bench-" + std::to_string(batch);
  const std::vector<std::string> events(batch, std::string(kEventBytes, 'e'));
  std::uint64_t length = 0;
  const auto start = Clock::now();
  while (Clock::now() - start < kBudget) {
    const auto appended = store.Append(job, epoch, length, events);
    if (!appended) {
      std::fprintf(stderr, "%s\n", appended.error().message.c_str());
      return false;
    }
    length = *appended;
  }
  const double seconds = Seconds(Clock::now() - start);
  std::printf("store %s batch=%zu appends_per_s=%.0f events_per_s=%.0f\n", name.c_str(), batch,
              static_cast<double>(length / batch) / seconds, static_cast<double>(length) / seconds);
  std::fflush(stdout);
  return store.Delete(job, epoch).has_value();
}

bool Measure(const std::string& address, const std::string& name) {
  const auto store = OpenStore(address);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return false;
  }
  const auto epoch = (*store)->Lead("store_bench", 0, 1);
  if (!epoch) {
    std::fprintf(stderr, "%s\n", epoch.error().message.c_str());
    return false;
  }
  for (const std::size_t batch : {1, 16, 128}) {
    if (!MeasureBatch(**store, name, *epoch, batch)) return false;
  }
  return (*store)->Resign("store_bench").has_value();
}

bool MeasureAll() {
  const test::TempDir dir;
  bool ok = Measure("memory:", "memory") &&
            Measure("sqlite:" + (dir.Path() / "bench.db").string(), "sqlite");
  if (!test::RedisServer::Installed()) return ok;
  for (const char* fsync : {"always", "everysec", "off"}) {
    const test::RedisServer server({.fsync = fsync});
    ok = ok && Measure(server.Address(), std::string("redis-fsync-") + fsync);
  }
  return ok;
}

}  // namespace
}  // namespace actsearch::store

int main(int argc, char** argv) {
  using namespace actsearch::store;
  if (argc < 2) return MeasureAll() ? 0 : 1;
  for (int i = 1; i < argc; ++i) {
    const std::string address = argv[i];  // only the scheme is shown: it may hold a password
    if (!Measure(address, address.substr(0, address.find(':')))) return 1;
  }
  return 0;
}
