#include "coordinator/store/sqlite.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <mutex>

#include "coordinator/store/rules.h"
#include "coordinator/store/sqlite_connection.h"

namespace actsearch::store {
namespace {

constexpr int kBusyMs = 5000;
constexpr std::int64_t kApplicationId = 0x61637473;  // "acts", in bytes 68 to 71 of the file
constexpr std::int64_t kSchemaVersion = 1;

constexpr char kSchema[] = R"sql(
CREATE TABLE lease(id INTEGER PRIMARY KEY CHECK(id = 1), owner TEXT NOT NULL,
                   epoch INTEGER NOT NULL, expires_ms INTEGER NOT NULL);
INSERT INTO lease VALUES(1, '', 0, 0);
CREATE TABLE jobs(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, length INTEGER NOT NULL);
CREATE TABLE events(job INTEGER NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
                    PRIMARY KEY(job, position)) WITHOUT ROWID;
CREATE TABLE snapshots(job TEXT PRIMARY KEY, position INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE results(key TEXT PRIMARY KEY, value BLOB NOT NULL);
PRAGMA application_id = 1633907827;
PRAGMA user_version = 1;
)sql";
static_assert(kApplicationId == 1633907827 && kSchemaVersion == 1, "as in kSchema");

// SQLite's integers are signed; beyond them no log reaches.
std::int64_t Signed(std::uint64_t value) {
  return static_cast<std::int64_t>(
      std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<SqliteConnection> connection)
      : connection_(std::move(connection)) {}

  Result<Epoch> Lead(std::string_view owner, std::int64_t now_ms, std::int64_t ttl_ms) override {
    if (auto ok = CheckLease(owner, now_ms, ttl_ms); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    return connection_->Write([&]() -> Result<Epoch> {
      LeaderLease lease;
      auto read = connection_->Run(
          "SELECT owner, epoch, expires_ms FROM lease", {}, [&](const SqlRow& row) {
            lease = {row.Bytes(0), static_cast<Epoch>(row.Int(1)), row.Int(2)};
          });
      if (!read) return std::unexpected(read.error());
      const auto claimed = Claim(lease, owner, now_ms, ttl_ms);
      if (!claimed) return std::unexpected(claimed.error());
      auto written = connection_->Run(
          "UPDATE lease SET owner = ?, epoch = ?, expires_ms = ?",
          {SqlText{owner}, static_cast<std::int64_t>(claimed->epoch), claimed->expires_ms});
      if (!written) return std::unexpected(written.error());
      return claimed->epoch;
    });
  }

  Result<void> Resign(std::string_view owner) override {
    const std::lock_guard lock(mutex_);
    return connection_->Run("UPDATE lease SET expires_ms = 0 WHERE owner = ?", {SqlText{owner}});
  }

  Result<std::uint64_t> Append(std::string_view job, Epoch epoch, std::uint64_t offset,
                               std::span<const std::string> events) override {
    if (auto ok = CheckAppend(job, events); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    return connection_->Write([&]() -> Result<std::uint64_t> {
      if (auto ok = CheckEpoch(epoch); !ok) return std::unexpected(ok.error());
      const auto length = Length(job);
      if (!length) return std::unexpected(length.error());
      const auto there = AlreadyThere(job, *length, offset, events.size());
      if (!there) return std::unexpected(there.error());
      if (auto ok = Compare(job, offset, events.first(*there)); !ok) {
        return std::unexpected(ok.error());
      }
      if (auto ok = Insert(job, *length, events.subspan(*there)); !ok) {
        return std::unexpected(ok.error());
      }
      return offset + events.size();
    });
  }

  Result<std::vector<std::string>> Read(std::string_view job, std::uint64_t offset,
                                        std::uint64_t limit) override {
    if (auto ok = CheckName("job name", job); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    return ReadLocked(job, offset, limit);
  }

  Result<std::vector<std::string>> Jobs() override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> jobs;
    auto ok = connection_->Run("SELECT name FROM jobs ORDER BY name", {},
                               [&](const SqlRow& row) { jobs.push_back(row.Bytes(0)); });
    if (!ok) return std::unexpected(ok.error());
    return jobs;
  }

  Result<void> Delete(std::string_view job, Epoch epoch) override {
    if (auto ok = CheckName("job name", job); !ok) return ok;
    const std::lock_guard lock(mutex_);
    return connection_->Write([&]() -> Result<void> {
      if (auto ok = CheckEpoch(epoch); !ok) return ok;
      for (const std::string_view sql :
           {"DELETE FROM events WHERE job = (SELECT id FROM jobs WHERE name = ?)",
            "DELETE FROM jobs WHERE name = ?", "DELETE FROM snapshots WHERE job = ?"}) {
        if (auto ok = connection_->Run(sql, {SqlText{job}}); !ok) return ok;
      }
      return {};
    });
  }

  Result<void> PutSnapshot(std::string_view job, Epoch epoch, const Snapshot& snapshot) override {
    if (auto ok = CheckName("job name", job); !ok) return ok;
    if (auto ok = CheckValue("the snapshot", snapshot.bytes); !ok) return ok;
    const std::lock_guard lock(mutex_);
    return connection_->Write([&]() -> Result<void> {
      if (auto ok = CheckEpoch(epoch); !ok) return ok;
      const auto length = Length(job);
      if (!length) return std::unexpected(length.error());
      if (auto ok = CheckSnapshot(job, *length, snapshot); !ok) return ok;
      return connection_->Run("INSERT OR REPLACE INTO snapshots VALUES(?, ?, ?)",
                              {SqlText{job}, Signed(snapshot.offset), SqlBlob{snapshot.bytes}});
    });
  }

  Result<std::optional<Snapshot>> GetSnapshot(std::string_view job) override {
    if (auto ok = CheckName("job name", job); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(mutex_);
    std::optional<Snapshot> snapshot;
    auto ok = connection_->Run("SELECT position, bytes FROM snapshots WHERE job = ?",
                               {SqlText{job}}, [&](const SqlRow& row) {
                                 snapshot = {static_cast<std::uint64_t>(row.Int(0)), row.Bytes(1)};
                               });
    if (!ok) return std::unexpected(ok.error());
    return snapshot;
  }

  Result<void> PutResults(Epoch epoch,
                          std::span<const std::pair<std::string, std::string>> results) override {
    if (auto ok = CheckResults(results); !ok) return ok;
    const std::lock_guard lock(mutex_);
    return connection_->Write([&]() -> Result<void> {
      if (auto ok = CheckEpoch(epoch); !ok) return ok;
      for (const auto& [key, value] : results) {
        auto ok = connection_->Run("INSERT OR IGNORE INTO results VALUES(?, ?)",
                                   {SqlText{key}, SqlBlob{value}});
        if (!ok) return ok;
      }
      return {};
    });
  }

  Result<std::vector<std::optional<std::string>>> GetResults(
      std::span<const std::string> keys) override {
    const std::lock_guard lock(mutex_);
    std::vector<std::optional<std::string>> values(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      auto ok = connection_->Run("SELECT value FROM results WHERE key = ?", {SqlText{keys[i]}},
                                 [&](const SqlRow& row) { values[i] = row.Bytes(0); });
      if (!ok) return std::unexpected(ok.error());
    }
    return values;
  }

 private:
  // The functions below run under mutex_, the writing ones inside a transaction.
  Result<void> CheckEpoch(Epoch epoch) {
    const auto newest = connection_->Int("SELECT epoch FROM lease", {}, 0);
    if (!newest) return std::unexpected(newest.error());
    return Fence(epoch, static_cast<Epoch>(*newest));
  }

  Result<std::uint64_t> Length(std::string_view job) {
    const auto length =
        connection_->Int("SELECT length FROM jobs WHERE name = ?", {SqlText{job}}, 0);
    if (!length) return std::unexpected(length.error());
    return static_cast<std::uint64_t>(*length);
  }

  Result<std::vector<std::string>> ReadLocked(std::string_view job, std::uint64_t offset,
                                              std::uint64_t limit) {
    std::vector<std::string> events;
    auto ok = connection_->Run(
        "SELECT bytes FROM events WHERE job = (SELECT id FROM jobs WHERE name = ?) "
        "AND position >= ? ORDER BY position LIMIT ?",
        {SqlText{job}, Signed(offset), Signed(limit)},
        [&](const SqlRow& row) { events.push_back(row.Bytes(0)); });
    if (!ok) return std::unexpected(ok.error());
    return events;
  }

  Result<void> Compare(std::string_view job, std::uint64_t offset,
                       std::span<const std::string> events) {
    if (events.empty()) return {};
    const auto there = ReadLocked(job, offset, events.size());
    if (!there) return std::unexpected(there.error());
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i >= there->size()) {
        return Fail(ErrorCode::kCorrupt, "sqlite:" + connection_->path() + ": job '" +
                                             std::string(job) + "' lacks the event at index " +
                                             std::to_string(offset + i) + "; restore a copy");
      }
      if ((*there)[i] != events[i]) return std::unexpected(Conflict(job, offset + i));
    }
    return {};
  }

  Result<void> Insert(std::string_view job, std::uint64_t length,
                      std::span<const std::string> events) {
    if (events.empty()) return {};
    auto counted = connection_->Run(
        "INSERT INTO jobs(name, length) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET length = ?2",
        {SqlText{job}, Signed(length + events.size())});
    if (!counted) return counted;
    const auto id = connection_->Int("SELECT id FROM jobs WHERE name = ?", {SqlText{job}}, 0);
    if (!id) return std::unexpected(id.error());
    for (const std::string& event : events) {
      auto ok = connection_->Run("INSERT INTO events VALUES(?, ?, ?)",
                                 {*id, Signed(length++), SqlBlob{event}});
      if (!ok) return ok;
    }
    return {};
  }

  std::mutex mutex_;
  std::unique_ptr<SqliteConnection> connection_;
};

Result<void> CheckPath(const std::string& path) {
  const std::string address = "store address 'sqlite:" + path + "'";
  if (path.empty()) {
    return Fail(ErrorCode::kInvalid, address + " names no file; write sqlite:PATH");
  }
  if (path == ":memory:") {
    return Fail(ErrorCode::kInvalid, address + ": for a store without a file write memory:");
  }
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    return Fail(ErrorCode::kNotFound, address + ": there is no folder '" + folder.string() +
                                          "'; create it or choose another path");
  }
  if (std::filesystem::is_directory(path, ignored)) {
    return Fail(ErrorCode::kInvalid, address + " is a folder; name a file in it");
  }
  return {};
}

// Whether the tables are there. Files that are not ours are refused. Runs inside a
// transaction: another process may be creating the tables.
Result<bool> HasSchema(SqliteConnection& connection) {
  const auto version = connection.Int("PRAGMA user_version", {}, 0);
  const auto application = connection.Int("PRAGMA application_id", {}, 0);
  const auto tables = connection.Int("SELECT count(*) FROM sqlite_schema", {}, 0);
  for (const auto* number : {&version, &application, &tables}) {
    if (!*number) return std::unexpected(number->error());
  }
  if (*version == 0 && *application == 0 && *tables == 0) return false;
  const std::string file = "sqlite:" + connection.path();
  if (*application != kApplicationId) {
    return Fail(ErrorCode::kInvalid,
                file + " is the database of another program; choose another path");
  }
  if (*version != kSchemaVersion) {
    return Fail(ErrorCode::kInvalid, file + " has schema version " + std::to_string(*version) +
                                         "; this program knows version " +
                                         std::to_string(kSchemaVersion) +
                                         ". Use the actsearch that wrote it, or a newer one");
  }
  return true;
}

// Takes the write lock only for a new file, so that readers open a busy one at once.
Result<void> PrepareSchema(SqliteConnection& connection) {
  auto there = connection.Read([&] { return HasSchema(connection); });
  if (!there) return std::unexpected(there.error());
  if (*there) return {};
  return connection.Write([&]() -> Result<void> {
    there = HasSchema(connection);  // another process may have been faster
    if (!there) return std::unexpected(there.error());
    return *there ? Result<void>() : connection.RunAll(kSchema);
  });
}

}  // namespace

Result<std::unique_ptr<Store>> OpenSqlite(std::string_view address) {
  const std::string path(address.substr(address.find(':') + 1));
  if (auto ok = CheckPath(path); !ok) return std::unexpected(ok.error());
  auto connection = SqliteConnection::Open(path, kBusyMs);
  if (!connection) return std::unexpected(connection.error());
  if (auto prepared = PrepareSchema(**connection); !prepared) {
    return std::unexpected(prepared.error());
  }
  if (auto ok = (*connection)->UseDurableLog(); !ok) return std::unexpected(ok.error());
  return std::make_unique<SqliteStore>(*std::move(connection));
}

}  // namespace actsearch::store
