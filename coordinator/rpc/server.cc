#include "coordinator/rpc/server.h"

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "coordinator/engine/engine.h"
#include "coordinator/rpc/search_service.h"
#include "coordinator/rpc/status.h"
#include "coordinator/rpc/worker_service.h"
#include "coordinator/telemetry/exposition.h"
#include "coordinator/telemetry/metered_store.h"
#include "search_spaces/expr/fingerprint.h"

namespace actsearch::rpc {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr int kMostThreads = 160;  // of synchronous calls, watchers included
constexpr milliseconds kStandbyPause{100};
constexpr std::array kServices = {"actsearch.v1.SearchService", "actsearch.v1.WorkerService"};

std::shared_ptr<spdlog::logger> MakeLog(const std::string& level) {
  auto log = std::make_shared<spdlog::logger>("coordinator",
                                              std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_level(spdlog::level::from_str(level));
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  return log;
}

// Unique to this process and this server in it.
std::string OwnerName(const telemetry::Clock& clock) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string(host.data()) + ":" + std::to_string(getpid()) + ":" +
         std::to_string(clock.WallMs()) + "." + std::to_string(clock.MonotonicUs() % 1000000);
}

class RunningServer : public Server {
 public:
  explicit RunningServer(ServerOptions options)
      : options_(std::move(options)), log_(MakeLog(options_.log_level)) {}
  ~RunningServer() override { Shutdown(1000); }

  Result<void> Open() {
    auto store = store::OpenStore(options_.store);
    if (!store) return std::unexpected(store.error());
    store_ = telemetry::Metered(*std::move(store), clock_, metrics_);
    for (const std::string& warning : store_->Warnings()) log_->warn("{}", warning);
    if (!options_.metrics_listen.empty()) {
      auto exposition = telemetry::Exposition::Start(options_.metrics_listen, metrics_);
      if (!exposition) return std::unexpected(exposition.error());
      exposition_ = *std::move(exposition);
    }
    if (auto listening = Listen(); !listening) return listening;
    if (auto engine = OpenEngine(); !engine) return engine;
    if (options_.read_only) SetServing(true);
    engine_->Run();
    leading_ = engine_.get();
    return {};
  }

  std::string Address() const override { return address_; }
  std::string MetricsAddress() const override {
    return exposition_ ? exposition_->Address() : std::string();
  }

  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
    return server_->InProcessChannel(arguments);
  }

  void Shutdown(std::int64_t deadline_ms) override;

 private:
  Result<void> Listen();
  Result<void> OpenEngine();
  void SetServing(bool serving);
  void DrainWorkers(Steady::time_point until);  // or until none is left

  const ServerOptions options_;
  const std::shared_ptr<spdlog::logger> log_;  // shared with the engine
  telemetry::SystemClock clock_;
  telemetry::Metrics metrics_;
  std::unique_ptr<telemetry::Exposition> exposition_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  std::atomic<engine::Engine*> leading_ = nullptr;  // once it leads
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<grpc::Service> search_service_;
  std::unique_ptr<grpc::Service> worker_service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

Result<void> RunningServer::Listen() {
  const auto engine = [this] { return leading_.load(); };
  search_service_ =
      MakeSearchService({.engine = engine, .store = store_.get(), .stopping = &stopping_});
  worker_service_ = MakeWorkerService(engine);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  int port = 0;
  if (!options_.listen.empty()) {
    builder.AddListeningPort(options_.listen, grpc::InsecureServerCredentials(), &port);
  }
  builder.RegisterService(search_service_.get());
  builder.RegisterService(worker_service_.get());
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  builder.SetResourceQuota(grpc::ResourceQuota("coordinator").SetMaxThreads(kMostThreads));
  // Two servers on one port would each get some of the workers.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 2000);
  server_ = builder.BuildAndStart();
  if (!server_ || (port == 0 && !options_.listen.empty())) {
    return Fail(ErrorCode::kUnavailable,
                "cannot listen on '" + options_.listen +
                    "': the address is in use or not of this machine; choose another (port 0 "
                    "picks a free one)");
  }
  SetServing(false);
  if (port != 0) {
    address_ = options_.listen.substr(0, options_.listen.rfind(':') + 1) + std::to_string(port);
  }
  return {};
}

Result<void> RunningServer::OpenEngine() {
  engine::EngineOptions options{.owner = OwnerName(clock_),
                                .language = expr::LanguageFingerprint(),
                                .lease_ttl_ms = options_.lease_ttl_ms,
                                .heartbeat_ms = options_.heartbeat_ms,
                                .grace_ms = options_.grace_ms,
                                .read_only = options_.read_only,
                                .log = log_,
                                .on_serving = [this](bool serving) { SetServing(serving); },
                                .on_lost = options_.on_lost};
  const std::int64_t begin_ms = clock_.MonotonicMs();
  for (bool told = false;;) {
    auto engine = engine::Engine::Open(options, *store_, clock_, metrics_);
    if (engine) {
      engine_ = *std::move(engine);
      return {};
    }
    const Error& error = engine.error();
    const bool waits = clock_.MonotonicMs() - begin_ms < options_.take_over_ms;
    if (error.code != ErrorCode::kStale || !waits) return std::unexpected(error);
    if (!std::exchange(told, true)) log_->info("standing by: {}", error.message);
    std::this_thread::sleep_for(kStandbyPause);
  }
}

// Readiness, a service at a time; the entry "" says that the process lives.
void RunningServer::SetServing(bool serving) {
  for (const char* service : kServices) {
    const bool ready = serving && (!options_.read_only || service == kServices.front());
    server_->GetHealthCheckService()->SetServingStatus(service, ready);
  }
}

void RunningServer::DrainWorkers(Steady::time_point until) {
  engine_->Drain();
  while (engine_->ConnectedWorkers() > 0 && Steady::now() < until) {
    std::this_thread::sleep_for(milliseconds(10));
  }
}

void RunningServer::Shutdown(std::int64_t deadline_ms) {
  if (!server_ || stopping_.exchange(true)) return;
  const auto start = Steady::now();
  SetServing(false);
  if (engine_) {
    if (options_.drain_workers) DrainWorkers(start + milliseconds(deadline_ms * 3 / 4));
    engine_->Stop();
  }
  const auto left = start + milliseconds(deadline_ms) - Steady::now();
  server_->Shutdown(std::chrono::system_clock::now() +
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(
                        std::max<Steady::duration>(left, milliseconds(100))));
  server_->Wait();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options) {
  auto server = std::make_unique<RunningServer>(options);
  if (auto opened = server->Open(); !opened) return std::unexpected(opened.error());
  return server;
}

}  // namespace actsearch::rpc
