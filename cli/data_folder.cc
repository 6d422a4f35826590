#include "cli/data_folder.h"

#include <string_view>
#include <system_error>

namespace actsearch::cli {
namespace {

// A file that no other data set has.
struct Mark {
  std::string_view dataset;
  std::string_view file;
};

constexpr Mark kMarks[] = {{"mnist", "train-images-idx3-ubyte"},
                           {"mnist", "train-images-idx3-ubyte.gz"},
                           {"cifar10", "data_batch_1.bin"}};

}  // namespace

Result<std::string> DatasetIn(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return Fail(ErrorCode::kNotFound, "--data " + folder.string() + ": there is no such folder");
  }
  // As the loaders do: the folder itself, or one in it with the data set's name.
  for (const Mark& mark : kMarks) {
    if (std::filesystem::exists(folder / mark.file, ignored) ||
        std::filesystem::exists(folder / mark.dataset / mark.file, ignored)) {
      return std::string(mark.dataset);
    }
  }
  std::string wanted;
  for (const Mark& mark : kMarks) {
    wanted += (wanted.empty() ? "" : ", ") + std::string(mark.file) + " (" +
              std::string(mark.dataset) + ")";
  }
  return Fail(ErrorCode::kNotFound,
              "--data " + folder.string() + ": no known data set in it; looked for " + wanted);
}

}  // namespace actsearch::cli
