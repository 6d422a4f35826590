#include "evaluators/training/checkpoint.h"

#include <torch/csrc/api/include/torch/serialize.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "search_spaces/base/hash.h"

namespace actsearch::training {
namespace {

using c10::IValue;
using Numbers = c10::List<double>;

// A value as numbers and the names of its metrics.
IValue FromValue(const RungValue& value) {
  Numbers numbers;
  numbers.push_back(value.step);
  numbers.push_back(value.loss);
  c10::List<std::string> names;
  for (const Metric& metric : value.metrics) {
    names.push_back(metric.name);
    numbers.push_back(metric.value);
  }
  return c10::ivalue::Tuple::create({numbers, names});
}

RungValue ToValue(const IValue& packed) {
  const auto& parts = packed.toTupleRef().elements();
  const Numbers numbers = parts[0].toDoubleList();
  const c10::List<IValue> names = parts[1].toList();
  RungValue value{.step = static_cast<int>(numbers.get(0)), .loss = numbers.get(1)};
  for (std::size_t i = 0; i < names.size(); ++i) {
    value.metrics.push_back({names.get(i).toStringRef(), numbers.get(i + 2)});
  }
  return value;
}

std::vector<char> Pack(const TrainingState& state) {
  std::vector<IValue> values;
  for (const RungValue& rung : state.rungs) values.push_back(FromValue(rung));
  if (state.best) values.push_back(FromValue(*state.best));
  at::Tensor units = at::empty({static_cast<std::int64_t>(state.unit_losses.size())});
  std::memcpy(units.data_ptr<float>(), state.unit_losses.data(),
              state.unit_losses.size() * sizeof(float));
  return torch::pickle_save(c10::ivalue::Tuple::create(
      {state.step, state.best.has_value(), c10::List<at::Tensor>(state.tensors), units,
       c10::ivalue::Tuple::create(std::move(values))}));
}

TrainingState Unpack(const std::vector<char>& bytes) {
  const IValue packed = torch::pickle_load(bytes);
  const auto& parts = packed.toTupleRef().elements();
  TrainingState state{.step = static_cast<int>(parts[0].toInt())};
  for (const at::Tensor& tensor : parts[2].toTensorVector()) state.tensors.push_back(tensor);
  const at::Tensor units = parts[3].toTensor().contiguous();
  state.unit_losses.assign(units.data_ptr<float>(), units.data_ptr<float>() + units.numel());
  for (const IValue& value : parts[4].toTupleRef().elements()) {
    state.rungs.push_back(ToValue(value));
  }
  if (parts[1].toBool()) {
    state.best = state.rungs.back();
    state.rungs.pop_back();
  }
  return state;
}

// Of what stands behind it in the file.
std::string Head(const CheckpointPlace& place, const std::vector<char>& bytes) {
  const std::uint64_t hash = HashText({bytes.data(), bytes.size()}, HashText(place.identity));
  return "actsearch checkpoint 1 " + HexDigits(hash) + "\n";
}

}  // namespace

Checkpoint::Checkpoint(const CheckpointPlace& place)
    : place_(place), last_(std::chrono::steady_clock::now()) {}

bool Checkpoint::IsDue() const {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - last_;
  return passed.count() >= place_.every_seconds;
}

void Checkpoint::Write(const TrainingState& state) {
  const std::vector<char> bytes = Pack(state);
  const std::filesystem::path path = place_.path;
  const std::filesystem::path fresh = place_.path + "." + std::to_string(getpid());
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  {
    std::ofstream out(fresh, std::ios::binary);
    out << Head(place_, bytes);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) failed = std::make_error_code(std::errc::io_error);
  }
  if (!failed) std::filesystem::rename(fresh, path, failed);
  if (failed) std::filesystem::remove(fresh, failed);
  last_ = std::chrono::steady_clock::now();
}

std::optional<TrainingState> Checkpoint::Read() const {
  std::ifstream in(place_.path, std::ios::binary);
  std::string head;
  if (!std::getline(in, head)) return std::nullopt;
  const std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
  if (head + "\n" != Head(place_, bytes)) return std::nullopt;
  try {
    return Unpack(bytes);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void Checkpoint::Remove() const {
  std::error_code ignored;
  std::filesystem::remove(place_.path, ignored);
}

}  // namespace actsearch::training
