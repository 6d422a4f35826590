// fit_dump DATASET FOLDER [FIELD=VALUE]...: the rows of a generated data set as raw float32 files,
// SUBSET.inputs and SUBSET.targets, so that another program can learn from them; prints the
// number of inputs.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "evaluators/datasets/dataset.h"

namespace actsearch {
namespace {

void Write(const std::string& path, const std::vector<float>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
}

Result<Fields> ReadFields(const catalogue::DatasetInfo& row,
                          const std::vector<std::string>& words) {
  Fields fields;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto field = std::ranges::find(row.fields, name, &FieldRow::name);
    if (equals == std::string::npos || field == row.fields.end()) {
      return Fail(ErrorCode::kInvalid, word + ": no FIELD=VALUE of " + std::string(row.name));
    }
    auto value = ValueFromText(field->kind, word.substr(equals + 1));
    if (!value) return std::unexpected(value.error());
    fields[name] = *std::move(value);
  }
  return CompleteFields("task", row.fields, fields);
}

Result<void> Dump(const std::string& dataset, const std::string& folder,
                  const std::vector<std::string>& words) {
  const auto row = catalogue::Datasets().Find(dataset);
  if (!row) return std::unexpected(row.error());
  const auto fields = ReadFields(**row, words);
  if (!fields) return std::unexpected(fields.error());
  const auto data = datasets::LoadDataset(dataset, {.dir = "", .fields = *fields});
  if (!data) return std::unexpected(data.error());
  const std::int64_t inputs = Numbers((*data)->Facts().inputs.shape);
  for (const catalogue::Subset subset : catalogue::kSubsets) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>((*data)->Rows(subset)));
    std::iota(rows.begin(), rows.end(), 0);
    std::vector<float> x(rows.size() * static_cast<std::size_t>(inputs)), y(rows.size());
    (*data)->Fill(subset, rows, {.inputs = x, .tokens = {}, .labels = {}, .targets = y});
    const std::string path = folder + "/" + std::string(catalogue::Name(subset));
    Write(path + ".inputs", x);
    Write(path + ".targets", y);
  }
  std::printf("%lld\n", static_cast<long long>(inputs));
  return {};
}

}  // namespace
}  // namespace actsearch

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: fit_dump DATASET FOLDER [FIELD=VALUE]...\n");
    return 2;
  }
  const auto done = actsearch::Dump(argv[1], argv[2], {argv + 3, argv + argc});
  if (!done) std::fprintf(stderr, "fit_dump: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
