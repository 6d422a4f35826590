// Any bytes as a job file: read, or refused with a message that names the place;
// never a crash. A job that was read is one that the coordinator accepts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cli/job_file.h"
#include "search_spaces/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace actsearch;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto spec = cli::ReadJob({.name = "job", .text = text, .folder = "."});
  if (spec) {
    const auto again = plan::CheckJobSpec(*spec);
    ACTSEARCH_CHECK(again && *again == *spec, "a job that was read is complete");
  } else {
    ACTSEARCH_CHECK(spec.error().message.starts_with("job:"),
                    "an error names its place: " + spec.error().message);
  }
  return 0;
}
