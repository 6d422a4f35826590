// One SQLite connection with its statements prepared once: the only file that
// calls the SQLite library, and where its result codes become Errors that name the
// database file. Not thread-safe: its owner guards it with a mutex.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "search_spaces/base/error.h"

namespace actsearch::store {

struct SqlText {
  std::string_view text;
};
struct SqlBlob {
  std::string_view bytes;
};
using SqlValue = std::variant<std::int64_t, SqlText, SqlBlob>;

// The row a running statement stands on. Columns count from 0.
class SqlRow {
 public:
  explicit SqlRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string Bytes(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class SqliteConnection {
 public:
  // Opens or creates the file. Waits up to `busy_ms` for other processes' locks.
  static Result<std::unique_ptr<SqliteConnection>> Open(const std::string& path, int busy_ms);

  // Write-ahead log, with each commit on disk before it returns: readers go on while
  // a writer commits, and nothing committed is lost with the power.
  Result<void> UseDurableLog();

  // Runs one statement to its end and shows each row to `see`. `sql` must outlive
  // the connection: a literal.
  Result<void> Run(std::string_view sql, std::initializer_list<SqlValue> values = {},
                   const std::function<void(const SqlRow&)>& see = {});

  // Runs statements without values or rows; for schemas and pragmas.
  Result<void> RunAll(const char* sql);

  // The first column of the first row, or `missing` without rows.
  Result<std::int64_t> Int(std::string_view sql, std::initializer_list<SqlValue> values,
                           std::int64_t missing);

  // Runs `body` as one transaction: its reads see one state of the file.
  template <class Body>
  auto Read(Body body) -> decltype(body()) {
    return Transact("BEGIN", body);
  }

  // The same for writing, kept only if body succeeds. Takes the write lock first, so
  // that what body reads cannot change before it writes.
  template <class Body>
  auto Write(Body body) -> decltype(body()) {
    return Transact("BEGIN IMMEDIATE", body);
  }

  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  SqliteConnection(std::string path, int busy_ms, sqlite3* database)
      : path_(std::move(path)), busy_ms_(busy_ms), database_(database) {}

  template <class Body>
  auto Transact(std::string_view begin, Body& body) -> decltype(body()) {
    if (auto ok = Run(begin); !ok) return std::unexpected(ok.error());
    auto result = body();
    if (result) {
      if (auto ok = Run("COMMIT"); !ok) result = std::unexpected(ok.error());
    }
    if (!result && sqlite3_get_autocommit(database_.get()) == 0) {
      // The first error is the one to tell; a failed rollback leaves nothing written either.
      if (auto ok = Run("ROLLBACK"); !ok) return std::unexpected(result.error());
    }
    return result;
  }

  Result<sqlite3_stmt*> Prepare(std::string_view sql);
  std::unexpected<Error> Failed(int code) const;

  std::string path_;
  int busy_ms_;
  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string_view, Statement> statements_;  // after database_: finalized before it closes
};

}  // namespace actsearch::store
