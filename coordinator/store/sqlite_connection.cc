#include "coordinator/store/sqlite_connection.h"

namespace actsearch::store {
namespace {

int Bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, index, *number);
  }
  // A null pointer would bind NULL, also for an empty value.
  if (const auto* text = std::get_if<SqlText>(&value)) {
    const char* bytes = text->text.empty() ? "" : text->text.data();
    return sqlite3_bind_text64(statement, index, bytes, text->text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  const std::string_view blob = std::get<SqlBlob>(value).bytes;
  return sqlite3_bind_blob64(statement, index, blob.empty() ? "" : blob.data(), blob.size(),
                             SQLITE_STATIC);
}

struct Meaning {
  ErrorCode code;
  const char* remedy;
};

Meaning MeaningOf(int result_code) {
  switch (result_code & 0xff) {  // the low byte is the primary code
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, "the file is no SQLite database; choose another path"};
    case SQLITE_CORRUPT:
      return {ErrorCode::kCorrupt,
              "the file is damaged; restore a copy or try sqlite3's .recover command"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kUnavailable, "another process keeps it locked; try again"};
    case SQLITE_FULL:
      return {ErrorCode::kUnavailable, "the disk is full; make room and try again"};
    case SQLITE_IOERR:
      return {ErrorCode::kUnavailable, "the disk does not read or write; check it"};
    case SQLITE_NOMEM:
      return {ErrorCode::kUnavailable, "memory is short; try again"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kInvalid,
              "it cannot be written; check the rights of the file and of its folder"};
    case SQLITE_CANTOPEN:
      return {ErrorCode::kInvalid,
              "it cannot be opened; check the path and the rights of its folder"};
    default:
      return {ErrorCode::kInternal, "the SQLite library failed"};
  }
}

}  // namespace

std::string SqlRow::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& path,
                                                                 int busy_ms) {
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(path, busy_ms, database));
  if (code != SQLITE_OK) return connection->Failed(code);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, busy_ms);
  return connection;
}

Result<void> SqliteConnection::UseDurableLog() {
  constexpr int kPauseMs = 5;
  // The limit keeps the log file from staying large after a large commit.
  constexpr char kPragmas[] =
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864";
  auto ok = RunAll(kPragmas);
  // Turning the log on is refused at once, without the busy timeout, while another
  // process does the same to a new file.
  for (int waited_ms = 0; !ok && waited_ms < busy_ms_; waited_ms += kPauseMs) {
    if (ok.error().code != ErrorCode::kUnavailable) break;
    sqlite3_sleep(kPauseMs);
    ok = RunAll(kPragmas);
  }
  return ok;
}

Result<sqlite3_stmt*> SqliteConnection::Prepare(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) {
    return found->second.get();
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Failed(code);
  statements_.emplace(sql, Statement(statement));
  return statement;
}

Result<void> SqliteConnection::Run(std::string_view sql, std::initializer_list<SqlValue> values,
                                   const std::function<void(const SqlRow&)>& see) {
  const auto prepared = Prepare(sql);
  if (!prepared) return std::unexpected(prepared.error());
  sqlite3_stmt* statement = *prepared;
  int index = 0;
  int code = SQLITE_OK;
  for (const SqlValue& value : values) {
    if (code == SQLITE_OK) code = Bind(statement, ++index, value);
  }
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  while (code == SQLITE_ROW) {
    if (see) see(SqlRow(statement));
    code = sqlite3_step(statement);
  }
  Result<void> result;
  if (code != SQLITE_DONE) result = Failed(code);
  sqlite3_reset(statement);  // repeats the error of step, which is reported already
  sqlite3_clear_bindings(statement);
  return result;
}

Result<void> SqliteConnection::RunAll(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Failed(code);
  return {};
}

Result<std::int64_t> SqliteConnection::Int(std::string_view sql,
                                           std::initializer_list<SqlValue> values,
                                           std::int64_t missing) {
  std::int64_t number = missing;
  auto ok = Run(sql, values, [&](const SqlRow& row) { number = row.Int(0); });
  if (!ok) return std::unexpected(ok.error());
  return number;
}

std::unexpected<Error> SqliteConnection::Failed(int code) const {
  const Meaning meaning = MeaningOf(code);
  return Fail(meaning.code,
              "sqlite:" + path_ + ": " + sqlite3_errmsg(database_.get()) + "; " + meaning.remedy);
}

}  // namespace actsearch::store
