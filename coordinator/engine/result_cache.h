// Trainings that need not be repeated: outcomes of trials by what they follow from, kept in the
// store and shared by all its jobs. The same trial on the same data, by the same program on the
// same kind of machine, gives the same outcome, bit for bit (evaluators/evaluator.h). Not
// thread-safe: the engine's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/engine/worker_link.h"
#include "coordinator/store/store.h"
#include "search_spaces/trial.h"

namespace spdlog {
class logger;
}

namespace actsearch::engine {

// Program, libraries and instruction set of a worker; empty: it does not say.
std::string MachineOf(const Hello& hello);

// Whether outcomes of the task on such a machine are kept: not on an unknown one, on files without
// a digest, or where the answer costs nothing (noop, table).
bool IsKept(const TaskSpec& task, std::string_view machine);

// 128 bits of all that the outcome follows from; empty unless IsKept.
std::string ResultKey(const Trial& trial, std::string_view machine);

class ResultCache {
 public:
  ResultCache(store::Store& store, std::shared_ptr<spdlog::logger> log);

  // The outcome under the key, marked as cached. A store that does not answer is left alone for a
  // while: training again is no harm.
  std::optional<Outcome> Find(const std::string& key, std::int64_t now_ms);

  // Remembers an outcome until Flush. Only what another training would repeat: scored or rejected,
  // with nothing measured.
  void Keep(std::string key, const Outcome& outcome);

  // Writes what was kept; what cannot be written is forgotten.
  void Flush(store::Epoch epoch, std::int64_t now_ms);

 private:
  void LeaveAlone(const Error& error, std::int64_t now_ms);

  store::Store& store_;
  std::shared_ptr<spdlog::logger> log_;
  std::vector<std::pair<std::string, std::string>> kept_;
  std::int64_t silent_until_ms_ = 0;
};

}  // namespace actsearch::engine
