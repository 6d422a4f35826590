// actsearch-coordinator: serves one store until SIGTERM or SIGINT.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "coordinator/rpc/server.h"

namespace {

using actsearch::Error;
using actsearch::rpc::Server;
using actsearch::rpc::ServerOptions;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::int64_t kShutdownMs = 5000;

// Why the program should end; waited for by main.
class Ending {
 public:
  void Signal() { Set({}); }
  void Lost(const Error& error) { Set(error); }

  std::optional<Error> Wait() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return due_; });
    return error_;
  }

  // From here on a signal asks main to end; before, it just ends the process: what is
  // durable is enough to go on from.
  void Serve() {
    const std::lock_guard lock(mutex_);
    serving_ = true;
  }

 private:
  void Set(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    if (!serving_ && !error) std::_Exit(0);
    if (!due_) error_ = std::move(error);
    due_ = true;
    ready_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  bool serving_ = false;
  bool due_ = false;
  std::optional<Error> error_;
};

// All threads inherit the mask, so only WaitForSignal gets them.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Readers see all of it or nothing.
bool WritePortFile(const std::filesystem::path& path, const std::string& address) {
  const std::filesystem::path draft = path.string() + ".tmp";
  {
    std::ofstream out(draft);
    out << address << '\n';
    if (!out.flush()) return false;
  }
  std::error_code error;
  std::filesystem::rename(draft, path, error);
  return !error;
}

int Complain(const std::string& message) {
  std::fprintf(stderr, "actsearch-coordinator: %s\n", message.c_str());
  return kFailed;
}

struct Flags {
  ServerOptions server{.log_level = "info"};
  bool take_over = false;
  std::string port_file;
};

// Nothing: go on; else the exit code.
std::optional<int> ParseFlags(int argc, char** argv, Flags& flags) {
  ServerOptions& server = flags.server;
  CLI::App app("Leads the searches of one store and hands candidates to workers.",
               "actsearch-coordinator");
  app.add_option("--store", server.store, "memory:, sqlite:PATH or redis://HOST[:PORT][/DB]")
      ->capture_default_str();
  app.add_option("--listen", server.listen, "HOST:PORT for people and workers; port 0: a free one")
      ->capture_default_str();
  app.add_option("--metrics", server.metrics_listen, "HOST:PORT for Prometheus; '': none")
      ->capture_default_str();
  app.add_option("--lease-ttl", server.lease_ttl_ms,
                 "milliseconds until a silent process's leases end")
      ->check(CLI::Range(100, 3600000))
      ->capture_default_str();
  app.add_option("--grace", server.grace_ms,
                 "milliseconds from a worker's broken stream to its death")
      ->check(CLI::Range(0, 3600000))
      ->capture_default_str();
  app.add_flag("--take-over", flags.take_over, "wait while another coordinator leads the store");
  app.add_flag("--drain-workers", server.drain_workers,
               "at the end tell workers to leave, instead of letting them wait for a successor");
  app.add_flag("--read-only", server.read_only, "serve listings without leading");
  app.add_option("--log-level", server.log_level)
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  app.add_option("--port-file", flags.port_file, "write HOST:PORT here once it serves");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (flags.take_over) server.take_over_ms = std::numeric_limits<std::int64_t>::max();
  if (server.listen.empty()) {
    std::fprintf(stderr, "actsearch-coordinator: --listen needs HOST:PORT\n");
    return kUsage;
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  if (const auto code = ParseFlags(argc, argv, flags)) return *code;
  const sigset_t signals = BlockSignals();
  Ending ending;
  std::thread([&ending, signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    ending.Signal();
  }).detach();  // ends with the process: sigwait cannot be woken otherwise
  flags.server.on_lost = [&ending](const Error& error) { ending.Lost(error); };

  auto server = Server::Start(flags.server);
  if (!server) return Complain(server.error().message);
  std::fprintf(stderr, "actsearch-coordinator: listening on %s, metrics on %s\n",
               (*server)->Address().c_str(), (*server)->MetricsAddress().c_str());
  if (!flags.port_file.empty() && !WritePortFile(flags.port_file, (*server)->Address())) {
    return Complain("cannot write " + flags.port_file + "; choose another --port-file");
  }
  ending.Serve();
  const auto lost = ending.Wait();
  (*server)->Shutdown(kShutdownMs);
  return lost ? Complain(lost->message) : 0;
}
