// A real redis-server for tests: its own process, port, socket and folder, ended
// by its id and never outliving the test. Not thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/process.h"

namespace actsearch::test {

class RedisServer {
 public:
  struct Options {
    std::string fsync =
        "always";  // appendfsync: always, everysec or no; "off": no append-only file
    std::string password;
  };

  // Whether the machine has redis-server; tests skip themselves without it.
  static bool Installed();

  // Starts on a free port and returns once the server answers. Aborts the test
  // program when it does not within 10 s.
  RedisServer() : RedisServer(Options()) {}
  explicit RedisServer(Options options);
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string Address() const;      // redis://[:PASSWORD@]127.0.0.1:PORT
  std::string UnixAddress() const;  // redis+unix://...
  int Port() const { return port_; }

  void Kill();     // SIGKILL, and waits for the end
  void Restart();  // after Kill: the same port and data
  void Pause();    // SIGSTOP: connections stay open, nothing answers
  void Continue();

 private:
  bool Start();
  bool Answers() const;

  const Options options_;
  TempDir dir_;
  int port_ = 0;
  std::optional<Process> process_;
};

}  // namespace actsearch::test
