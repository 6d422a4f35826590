// The arrows of the house: reads the #include lines of every source file and
// fails on one that its folder may not have.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace actsearch {
namespace {

namespace fs = std::filesystem;

// For each folder the folders of ours that it may include, besides itself. A file
// belongs to the longest matching folder.
const std::map<std::string, std::vector<std::string>>& Allowed() {
  static const std::map<std::string, std::vector<std::string>> allowed = {
      {"search_spaces/base", {}},
      {"search_spaces/expr", {"search_spaces/base"}},
      {"search_spaces/activations",
       {"search_spaces/expr", "search_spaces/base", "search_spaces/space.h"}},
      {"search_spaces", {}},  // ties its own folders together
      {"evaluators/catalogue",
       {"evaluators/datasets/rows.h", "evaluators/modules/rows.h", "evaluators/tasks/rows.h",
        "search_spaces"}},
      {"evaluators/datasets", {"evaluators/catalogue", "search_spaces"}},
      {"evaluators/tables",
       {"evaluators/catalogue", "evaluators/datasets", "search_spaces"}},
      {"evaluators/kernels", {"search_spaces"}},
      {"evaluators/gates", {"evaluators/kernels", "search_spaces"}},
      {"evaluators/modules",
       {"evaluators/catalogue", "evaluators/gates", "evaluators/kernels", "search_spaces"}},
      {"evaluators/training",
       {"evaluators/catalogue", "evaluators/datasets", "evaluators/kernels", "evaluators/modules",
        "evaluators/tables", "search_spaces"}},
      {"evaluators/tasks",
       {"evaluators/catalogue", "evaluators/kernels", "evaluators/modules", "evaluators/tables",
        "evaluators/training", "search_spaces"}},
      {"evaluators", {"search_spaces"}},  // ties its own folders together
      {"proto", {"evaluators/catalogue", "search_spaces", "actsearch/v1"}},
      {"coordinator/strategies", {"search_spaces"}},
      {"coordinator/plan", {"coordinator/strategies", "evaluators/catalogue", "search_spaces"}},
      {"coordinator/store", {"search_spaces/base"}},
      {"coordinator/telemetry", {"coordinator/store", "search_spaces"}},
      {"coordinator/engine",
       {"coordinator/plan", "coordinator/strategies", "coordinator/store", "coordinator/telemetry",
        "evaluators/catalogue", "search_spaces"}},
      {"coordinator/rpc",
       {"coordinator/engine", "coordinator/plan", "coordinator/strategies", "coordinator/store",
        "coordinator/telemetry", "evaluators/catalogue", "proto", "actsearch/v1", "search_spaces"}},
      {"coordinator", {"search_spaces/base"}},  // main.cc
      {"workers", {"evaluators", "search_spaces", "proto", "actsearch/v1"}},
      {"cli",
       {"coordinator", "workers", "evaluators/catalogue", "evaluators/datasets", "proto",
        "actsearch/v1", "search_spaces"}},
  };
  return allowed;
}

bool Under(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

std::string FolderOf(const std::string& file) {
  std::string best;
  for (const auto& [folder, unused] : Allowed()) {
    if (Under(file, folder) && folder.size() > best.size()) best = folder;
  }
  return best;
}

bool IsOurs(const std::string& include) {
  static const std::vector<std::string> roots = {"search_spaces", "evaluators", "coordinator",
                                                 "workers",       "cli",        "proto",
                                                 "actsearch",     "tests"};
  for (const std::string& root : roots) {
    if (Under(include, root)) return true;
  }
  return false;
}

// Source files in these folders, relative to the root.
std::vector<std::string> SourceFiles(const std::vector<std::string>& folders) {
  std::vector<std::string> files;
  const fs::path root = ACTSEARCH_SOURCE_DIR;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc" && extension != ".cu") continue;
      files.push_back(fs::relative(entry.path(), root).string());
    }
  }
  return files;
}

const std::vector<std::string> kProduct = {"search_spaces", "evaluators", "coordinator",
                                           "workers",       "cli",        "proto"};

struct Include {
  std::string file;
  std::string target;
};

std::vector<Include> AllIncludes() {
  static const std::regex pattern(R"(^\s*#\s*include\s*["<]([^">]+)[">])");
  std::vector<Include> includes;
  for (const std::string& file : SourceFiles(kProduct)) {
    std::ifstream in(fs::path(ACTSEARCH_SOURCE_DIR) / file);
    std::string line;
    std::smatch match;
    while (std::getline(in, line)) {
      if (std::regex_search(line, match, pattern)) includes.push_back({file, match[1]});
    }
  }
  return includes;
}

TEST(Layering, NoLineIsLongerThanTheColumnLimit) {
  std::vector<std::string> folders = kProduct;
  folders.push_back("tests");
  for (const std::string& file : SourceFiles(folders)) {
    std::ifstream in(fs::path(ACTSEARCH_SOURCE_DIR) / file);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      EXPECT_LE(line.size(), 100U) << file << ":" << number << ", see .clang-format";
    }
  }
}

// A test that no area names is never run. Areas name a file by its path or, in a list, by its name.
TEST(Layering, EveryTestIsBuilt) {
  std::string areas;
  for (const auto& area :
       fs::directory_iterator(fs::path(ACTSEARCH_SOURCE_DIR) / "tests" / "areas")) {
    std::ifstream in(area.path());
    areas.append(std::istreambuf_iterator<char>(in), {});
  }
  for (const std::string& file : SourceFiles({"tests"})) {
    if (!file.ends_with("_test.cc") && !file.ends_with("_fuzz.cc")) continue;
    const std::string path = file.substr(std::string("tests/").size());
    const std::regex name("[ (]" + fs::path(file).stem().string() + "[ )]");
    const bool is_named =
        areas.find(path) != std::string::npos || std::regex_search(areas, name);
    EXPECT_TRUE(is_named) << file << " is in no target of tests/areas";
    EXPECT_GT(fs::file_size(fs::path(ACTSEARCH_SOURCE_DIR) / file), 0U) << file;
  }
}

TEST(Layering, EveryIncludeFollowsTheArrows) {
  const auto includes = AllIncludes();
  ASSERT_GT(includes.size(), 100U);
  for (const auto& [file, target] : includes) {
    if (!IsOurs(target)) continue;
    const std::string folder = FolderOf(file);
    ASSERT_FALSE(folder.empty()) << file << " is in a folder without a rule";
    bool allowed = Under(target, folder);
    for (const std::string& other : Allowed().at(folder)) allowed = allowed || Under(target, other);
    EXPECT_TRUE(allowed) << file << " may not include " << target;
  }
}

// 17 s and 1 GB for every file that includes them.
TEST(Layering, LibTorchStaysInSourceFilesOfTheEvaluators) {
  static const std::regex torch(R"(^(torch|ATen|c10)/)");
  for (const auto& [file, target] : AllIncludes()) {
    if (!std::regex_search(target, torch)) continue;
    EXPECT_TRUE(file.starts_with("evaluators/")) << file << " includes " << target;
  }
}

// The coordinator and the CLI link it.
TEST(Layering, NothingThatTheCatalogueReachesIncludesLibTorch) {
  static const std::regex torch(R"(^(torch|ATen|c10)/)");
  std::map<std::string, std::vector<std::string>> includes;
  for (const auto& [file, target] : AllIncludes()) includes[file].push_back(target);
  std::set<std::string> reached;
  std::vector<std::string> waiting;
  for (const auto& [file, targets] : includes) {
    if (Under(file, "evaluators/catalogue")) waiting.push_back(file);
  }
  ASSERT_FALSE(waiting.empty());
  while (!waiting.empty()) {
    const std::string file = waiting.back();
    waiting.pop_back();
    if (!reached.insert(file).second) continue;
    for (const std::string& target : includes[file]) {
      EXPECT_FALSE(std::regex_search(target, torch)) << file << " includes " << target;
      waiting.push_back(target);
    }
  }
  EXPECT_GT(reached.size(), 20U);
}

TEST(Layering, ProtoTypesStopAtTheRpcAdapters) {
  for (const auto& [file, target] : AllIncludes()) {
    if (!target.starts_with("actsearch/v1/")) continue;
    EXPECT_TRUE(file.starts_with("coordinator/rpc/") || file.starts_with("workers/") ||
                file.starts_with("cli/") || file.starts_with("proto/"))
        << file << " includes " << target;
  }
}

}  // namespace
}  // namespace actsearch
