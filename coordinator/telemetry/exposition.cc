#include "coordinator/telemetry/exposition.h"

#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <exception>
#include <utility>

namespace actsearch::telemetry {
namespace {

class HttpExposition : public Exposition {
 public:
  HttpExposition(const std::string& listen, std::shared_ptr<prometheus::Registry> registry)
      : registry_(std::move(registry)), exposer_(listen, /*num_threads=*/1) {
    exposer_.RegisterCollectable(registry_);
    const auto ports = exposer_.GetListeningPorts();
    const int port = ports.empty() ? 0 : ports.front();
    address_ = listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
  }

  std::string Address() const override { return address_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Exposer exposer_;
  std::string address_;
};

}  // namespace

Result<std::unique_ptr<Exposition>> Exposition::Start(const std::string& listen,
                                                      const Metrics& metrics) {
  try {
    return std::make_unique<HttpExposition>(listen, metrics.Registry());
  } catch (const std::exception& failure) {  // CivetException
    return Fail(ErrorCode::kUnavailable, "cannot serve metrics on '" + listen + "' (" +
                                             failure.what() +
                                             "); choose another address, or '' for none");
  }
}

}  // namespace actsearch::telemetry
