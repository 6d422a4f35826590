#include "search_spaces/base/version.h"

#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "search_spaces/base/hash.h"
#include "search_spaces/expr/fingerprint.h"

namespace actsearch::cli {
namespace {

constexpr std::string_view kProtocol = "actsearch.v1";  // package of the protos

Expected<int> Version(Format format, Terminal& terminal) {
  const Document document = {{"version", std::string(ProgramVersion())},
                             {"protocol", std::string(kProtocol)},
                             {"language", HexDigits(expr::LanguageFingerprint())}};
  Table table({{"FIELD"}, {"VALUE"}});
  for (const auto& [name, value] : document.items()) table.Add({name, value.get<std::string>()});
  Print(terminal, format, document, table.ToText(false));
  return kOk;
}

}  // namespace

Run AddVersion(CLI::App& app, Terminal& terminal) {
  auto format = std::make_shared<Format>(Format::kTable);
  AddFormat(app, *format);
  return [format, &terminal] { return Version(*format, terminal); };
}

}  // namespace actsearch::cli
