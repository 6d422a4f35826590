// The worker's side of WorkerService.Work: dials the coordinator, says hello, carries
// assignments to the desk and reports from it, beats, and dials again when the stream
// breaks. The one file of the workers that meets gRPC. Run belongs to one thread; HangUp
// may be called from any.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "search_spaces/base/rng.h"
#include "workers/backoff.h"
#include "workers/desk.h"

namespace grpc {
class Channel;
class ClientContext;
class Status;
}  // namespace grpc

namespace spdlog {
class logger;
}

namespace actsearch::workers {

struct LinkOptions {
  std::string coordinator;  // HOST:PORT
  std::string name;         // stable name of the process
  std::string device;       // Evaluator::Description
  std::string version;
  std::string build;        // names the program file
  int slots = 2;
  std::uint64_t language = 0;  // expr::LanguageFingerprint
  std::chrono::milliseconds first_retry{50};
  std::chrono::milliseconds last_retry{2000};
  std::chrono::milliseconds welcome_limit{10'000};
  std::shared_ptr<spdlog::logger> log;
};

class Link {
 public:
  Link(LinkOptions options, Desk& desk);

  // Until the desk is done. Fails the desk when the coordinator refuses this worker for good.
  void Run();

  // Cuts the stream, if there is one.
  void HangUp();

 private:
  class Stream;

  // One stream, from hello to its end. Returns how it ended.
  grpc::Status Converse();
  void NoteEnd(const grpc::Status& status, Clock::duration lasted);

  LinkOptions options_;
  Desk& desk_;
  std::shared_ptr<grpc::Channel> channel_;
  Backoff backoff_;
  int failures_ = 0;  // streams in a row that did not last

  std::mutex mutex_;
  grpc::ClientContext* context_ = nullptr;  // of the stream now, guarded by mutex_
};

}  // namespace actsearch::workers
