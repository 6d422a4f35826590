#include "tests/support/redis_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "search_spaces/base/check.h"

namespace actsearch::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::filesystem::path Program() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto program = std::filesystem::path(folder) / "redis-server";
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return {};
}

// A port that was free a moment ago; Start tries another if it no longer is.
int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool ok = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ACTSEARCH_CHECK(ok, "no free port");
  close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

bool RedisServer::Installed() { return !Program().empty(); }

RedisServer::RedisServer(Options options) : options_(std::move(options)) {
  bool started = false;
  for (int attempt = 0; attempt < 5 && !started; ++attempt) {
    port_ = FreePort();
    started = Start();
  }
  ACTSEARCH_CHECK(started, "redis-server does not start: " + ReadFile(dir_.Path() / "log"));
}

std::string RedisServer::Address() const {
  const std::string user = options_.password.empty() ? "" : ":" + options_.password + "@";
  return "redis://" + user + "127.0.0.1:" + std::to_string(port_);
}

std::string RedisServer::UnixAddress() const {
  return "redis+unix://" + (dir_.Path() / "socket").string();
}

void RedisServer::Kill() {
  process_->Signal(SIGKILL);
  ACTSEARCH_CHECK(process_->Wait(seconds(10)), "redis-server survives SIGKILL");
  process_.reset();
}

void RedisServer::Restart() {
  ACTSEARCH_CHECK(!process_, "Kill comes before Restart");
  ACTSEARCH_CHECK(Start(), "redis-server does not restart: " + ReadFile(dir_.Path() / "log"));
}

void RedisServer::Pause() { process_->Signal(SIGSTOP); }

void RedisServer::Continue() { process_->Signal(SIGCONT); }

bool RedisServer::Start() {
  const std::string dir = dir_.Path().string();
  const bool durable = options_.fsync != "off";
  std::vector<std::string> command = {Program().string(),
                                      "--port",
                                      std::to_string(port_),
                                      "--bind",
                                      "127.0.0.1",
                                      "--dir",
                                      dir,
                                      "--unixsocket",
                                      dir + "/socket",
                                      "--save",
                                      "",
                                      "--appendonly",
                                      durable ? "yes" : "no"};
  if (durable) command.insert(command.end(), {"--appendfsync", options_.fsync});
  if (!options_.password.empty()) {
    command.insert(command.end(), {"--requirepass", options_.password});
  }
  process_.emplace(command, dir_.Path() / "log");
  const auto deadline = std::chrono::steady_clock::now() + seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    if (Answers()) return true;
    // Ends early when the port is taken; otherwise this is the pause between questions.
    if (process_->Wait(milliseconds(2))) return false;
  }
  return false;
}

// Asks over the socket file, which no other server can have.
bool RedisServer::Answers() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (dir_.Path() / "socket").string();
  ACTSEARCH_CHECK(path.size() < sizeof address.sun_path, "path of the socket is too long");
  path.copy(address.sun_path, path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const std::string& password = options_.password;
  const std::string ping = (password.empty() ? "" : "AUTH " + password + "\r\n") + "PING\r\n";
  std::string answer(64, '\0');
  bool up = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
            send(fd, ping.data(), ping.size(), MSG_NOSIGNAL) > 0;
  pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
  up = up && poll(&readable, 1, 1000) == 1 && recv(fd, answer.data(), answer.size(), 0) > 0;
  close(fd);
  return up && answer.contains("+PONG");  // and not -LOADING
}

}  // namespace actsearch::test
