#include "cli/job_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>
#include <vector>

#include "cli/default_job.h"
#include "cli/yaml_tree.h"
#include "coordinator/plan/job_fields.h"
#include "search_spaces/base/registry.h"

namespace actsearch::cli {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr std::size_t kMaxProblems = 20;
constexpr std::size_t kMaxQuoted = 60;  // bytes of the file's text in a message

std::string Quoted(std::string_view text) {
  std::string shown(text.substr(0, kMaxQuoted));
  std::ranges::replace_if(
      shown, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return "'" + shown + (text.size() > kMaxQuoted ? "...'" : "'");
}

std::string Found(const YamlNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return node.quoted ? "the text " + Quoted(node.text) + " in quotes" : Quoted(node.text);
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "";
}

// integers -> integer, ...: the kinds are in the same order.
FieldKind ItemKind(FieldKind list) {
  return static_cast<FieldKind>(static_cast<int>(list) - static_cast<int>(FieldKind::kIntegers) +
                                static_cast<int>(FieldKind::kInteger));
}

std::string Expected(FieldKind kind, const YamlNode& node) {
  return "expected " + std::string(Name(kind)) + ", found " + Found(node);
}

// Walks the tree, sets what is right and notes what is wrong.
class Reader {
 public:
  explicit Reader(std::string source) : source_(std::move(source)) {}

  void ReadRoot(const YamlNode& root) {
    if (root.kind == Kind::kNull) return;
    if (root.kind != Kind::kMap) {
      return Note(root.place,
                  "expected a map with keys such as task: and search:, found " + Found(root));
    }
    ReadEntries(root, "");
  }

  // A job file, or the entries of its section `space` alone.
  void ReadSpaceRoot(const YamlNode& root) {
    const auto fields = plan::FieldNames(spec_, "space");
    const bool is_section = std::ranges::any_of(root.entries, [&](const auto& entry) {
      return entry.first.text != "name" &&
             std::ranges::find(fields, entry.first.text) != fields.end();
    });
    if (is_section) return ReadEntries(root, "space");
    ReadRoot(root);
  }

  void Apply(const Override& change) {
    const auto kind = plan::KindOf(spec_, change.name);
    if (!kind) return problems_.push_back(change.origin + ": " + kind.error().message);
    auto value = ValueFromLine(*kind, change.value);
    if (!value) return problems_.push_back(change.origin + ": " + value.error().message);
    const auto set = plan::SetField(spec_, change.name, *value);
    if (!set) problems_.push_back(change.origin + ": " + set.error().message);
  }

  // Notes a problem of the whole, at the place of the field that it begins with.
  void NoteChecked(const std::string& message) {
    std::string name = message.substr(0, message.find_first_of(": "));
    while (!name.empty()) {
      if (const auto at = places_.find(name); at != places_.end()) return Note(at->second, message);
      const auto dot = name.rfind('.');
      name = dot == std::string::npos ? "" : name.substr(0, dot);
    }
    problems_.push_back(source_ + ": " + message);
  }

  void Note(Place place, const std::string& message) {
    problems_.push_back(source_ + ":" + std::to_string(place.line) + ":" +
                        std::to_string(place.column) + ": " + message);
  }

  plan::JobSpec& Spec() { return spec_; }
  bool Clean() const { return problems_.empty(); }

  std::unexpected<Error> Failed() const {
    std::string text;
    for (std::size_t i = 0; i < std::min(problems_.size(), kMaxProblems); ++i) {
      text += (i == 0 ? "" : "\n") + problems_[i];
    }
    if (problems_.size() > kMaxProblems) {
      text += "\n" + source_ + ": and " + std::to_string(problems_.size() - kMaxProblems) +
              " more problems";
    }
    return actsearch::Fail(ErrorCode::kInvalid, std::move(text));
  }

 private:
  // Keys of one map: the file's (section empty) or a section's. Name and data set go first: what
  // else may stand in a section depends on them.
  void ReadEntries(const YamlNode& map, const std::string& section) {
    std::map<std::string, Place> seen;
    auto entries = map.entries;
    for (const std::string_view first : {"dataset", "name"}) {
      std::ranges::stable_partition(entries, [&](const auto& entry) {
        return entry.first.kind == Kind::kScalar && entry.first.text == first;
      });
    }
    for (const auto& [key, value] : entries) {
      if (key.kind != Kind::kScalar) {
        Note(key.place, "expected a key, found " + Found(key));
        continue;
      }
      const auto [first, is_new] = seen.emplace(key.text, key.place);
      if (!is_new) {
        Note(key.place, "key " + Quoted(key.text) + " again; it stands on line " +
                            std::to_string(first->second.line) + " already");
        continue;
      }
      const std::string name = section.empty() ? key.text : section + "." + key.text;
      places_[name] = key.place;
      ReadEntry(section, name, key, value);
    }
  }

  void ReadEntry(const std::string& section, const std::string& name, const YamlNode& key,
                 const YamlNode& value) {
    if (section.empty()) {
      return plan::KindOf(spec_, name) ? ReadField(name, key, value) : ReadSection(key, value);
    }
    if (plan::KindOf(spec_, name)) return ReadField(name, key, value);
    if (const auto now = plan::NewSpelling(name); !now.empty()) {
      return Note(key.place, name + ": " + std::string(now));
    }
    Note(key.place, UnknownName(section + " key", Shown(key.text), plan::FieldNames(spec_, section))
                        .message);
  }

  void ReadSection(const YamlNode& key, const YamlNode& value) {
    const auto known = plan::SectionNames();
    if (std::ranges::find(known, key.text) == known.end()) {
      return Note(key.place,
                  UnknownName("key", Shown(key.text), known).message + BelongsTo(key.text));
    }
    if (value.kind == Kind::kNull) return;
    if (value.kind != Kind::kMap) {
      const auto fields = plan::FieldNames(spec_, key.text);
      return Note(value.place, key.text + ": expected a map with keys such as " +
                                   std::string(fields.empty() ? "name" : fields[0]) + ":, found " +
                                   Found(value));
    }
    ReadEntries(value, key.text);
  }

  void ReadField(const std::string& name, const YamlNode& key, const YamlNode& node) {
    const auto kind = plan::KindOf(spec_, name);
    if (!kind) return Note(key.place, kind.error().message);
    const auto value = ValueOf(name, *kind, node, key.place);
    if (!value) return;
    const auto set = plan::SetField(spec_, name, *value);
    if (!set) Note(node.place, set.error().message);
  }

  // Notes what is wrong with the node and returns nothing then.
  std::optional<FieldValue> ValueOf(const std::string& name, FieldKind kind, const YamlNode& node,
                                    Place key_place) {
    const bool is_one = kind == FieldKind::kNumbers && node.kind == Kind::kScalar && !node.quoted;
    if (is_one && ValueFromText(FieldKind::kNumber, node.text)) kind = FieldKind::kNumber;
    const bool list = IsList(kind);
    if (node.kind != (list ? Kind::kList : Kind::kScalar) ||
        (node.quoted && kind != FieldKind::kText)) {
      Note(node.kind == Kind::kNull ? key_place : node.place, name + ": " + Expected(kind, node));
      return std::nullopt;
    }
    if (!list) return Checked(name, kind, node);
    std::vector<std::string> texts;
    bool good = true;
    for (const YamlNode& item : node.items) {
      good = ValueOf(name, ItemKind(kind), item, item.place).has_value() && good;
      texts.push_back(item.text);
    }
    if (!good) return std::nullopt;
    auto value = ValueFromTexts(kind, texts);
    if (!value) Note(node.place, name + ": " + value.error().message);
    return value ? std::optional(*std::move(value)) : std::nullopt;
  }

  std::optional<FieldValue> Checked(const std::string& name, FieldKind kind, const YamlNode& node) {
    auto value = ValueFromText(kind, node.text);
    if (value) return *std::move(value);
    Note(node.place, name + ": " + Expected(kind, node));
    return std::nullopt;
  }

  static std::string Shown(std::string_view text) {
    const std::string quoted = Quoted(text);
    return quoted.substr(1, quoted.size() - 2);
  }

  // A hint for a field that stands outside its section.
  std::string BelongsTo(std::string_view key) const {
    for (const std::string_view section : plan::SectionNames()) {
      const auto fields = plan::FieldNames(spec_, section);
      if (std::ranges::find(fields, key) != fields.end()) {
        return "; '" + std::string(key) + "' belongs under '" + std::string(section) + ":'";
      }
    }
    return "";
  }

  std::string source_;
  plan::JobSpec spec_;
  std::map<std::string, Place> places_;  // of each key, by dotted name
  std::vector<std::string> problems_;
};

// False when something is wrong, which the reader then has noted.
bool ReadAll(Reader& reader, const JobSource& source, std::span<const Override> overrides,
             void (Reader::*read_root)(const YamlNode& root)) {
  if (const auto tree = ParseYaml(source.text)) {
    (reader.*read_root)(*tree);
  } else {
    reader.Note(tree.error().place, tree.error().message);
  }
  // Task and data set go first, as in the file: which fields there are depends on them.
  std::vector<Override> changes(overrides.begin(), overrides.end());
  for (const std::string_view first : {"task.dataset", "task.name"}) {
    std::ranges::stable_partition(changes, [&](const Override& c) { return c.name == first; });
  }
  for (const Override& change : changes) reader.Apply(change);
  return reader.Clean();
}

// Folders in a job file are relative to it, typed ones to the current folder. One that is not
// there may still be on the workers' machines, under their --data: it stays as written.
void ResolveDataDir(TaskSpec& task, const std::filesystem::path& folder) {
  if (task.data_dir.empty() || std::filesystem::path(task.data_dir).is_absolute()) return;
  std::error_code ignored;
  const auto path = std::filesystem::absolute(folder / task.data_dir, ignored).lexically_normal();
  if (!ignored && std::filesystem::exists(path, ignored)) task.data_dir = path.string();
}

}  // namespace

Result<JobSource> LoadJobSource(const std::string& path, std::istream& in) {
  JobSource source{.name = path == "-" ? "standard input" : path, .text = "", .folder = "."};
  std::ifstream file;
  if (path != "-") {
    source.folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
      return actsearch::Fail(ErrorCode::kInvalid, path + " is a folder; name a job file (YAML)");
    }
    file.open(path, std::ios::binary);
    if (!file) {
      return actsearch::Fail(ErrorCode::kNotFound,
                             "cannot read the job file '" + path +
                                 "'; 'actsearch search --print-job' prints one to start from");
    }
  }
  std::istream& bytes = path == "-" ? in : file;
  source.text.resize(kMaxBytes + 1);
  bytes.read(source.text.data(), static_cast<std::streamsize>(source.text.size()));
  source.text.resize(static_cast<std::size_t>(bytes.gcount()));
  if (source.text.size() > kMaxBytes) {
    return actsearch::Fail(ErrorCode::kInvalid,
                           source.name + ": larger than 1 MiB; is it a job file?");
  }
  return source;
}

JobSource DefaultJobSource() {
  return {.name = "the default job", .text = std::string(kDefaultJob), .folder = "."};
}

Result<Override> OverrideFromText(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return actsearch::Fail(ErrorCode::kInvalid, "--set " + std::string(text) +
                                                    ": expected KEY=VALUE such as "
                                                    "search.candidates=100");
  }
  return Override{.name = std::string(text.substr(0, equals)),
                  .value = std::string(text.substr(equals + 1)),
                  .origin = "--set " + std::string(text)};
}

Result<plan::JobSpec> ReadJob(const JobSource& source, std::span<const Override> overrides) {
  Reader reader(source.name);
  if (!ReadAll(reader, source, overrides, &Reader::ReadRoot)) return reader.Failed();
  const bool typed =
      std::ranges::find(overrides, "task.data_dir", &Override::name) != overrides.end();
  ResolveDataDir(reader.Spec().task, typed ? "." : source.folder);
  auto checked = plan::CheckJobSpec(reader.Spec());
  if (checked) return checked;
  reader.NoteChecked(checked.error().message);
  return reader.Failed();
}

Result<SpaceSpec> ReadSpace(const JobSource& source, std::span<const Override> overrides) {
  Reader reader(source.name);
  if (!ReadAll(reader, source, overrides, &Reader::ReadSpaceRoot)) return reader.Failed();
  const auto space = MakeSpace(reader.Spec().space);
  if (space) return reader.Spec().space;
  reader.NoteChecked(space.error().message);
  return reader.Failed();
}

}  // namespace actsearch::cli
