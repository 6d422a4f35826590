#include "cli/verbs/common.h"

#include <chrono>
#include <istream>
#include <map>
#include <ostream>

#include "cli/progress.h"
#include "cli/records.h"

namespace actsearch::cli {

void AddFormat(CLI::App& app, Format& format) {
  const std::map<std::string, Format> names = {
      {"table", Format::kTable}, {"json", Format::kJson}, {"yaml", Format::kYaml}};
  app.add_option_function<std::string>(
         "-o,--output", [&format, names](const std::string& name) { format = names.at(name); },
         "table, json or yaml [table]")
      ->check(CLI::IsMember({"table", "json", "yaml"}).description(""))
      ->type_name("FORMAT");
}

void AddWhere(CLI::App& app, Where& where) {
  app.add_option("--coordinator", where.coordinator,
                 "coordinator to ask [$ACTSEARCH_COORDINATOR, or 127.0.0.1:7070]")
      ->type_name("HOST:PORT");
  app.add_option("--store", where.store,
                 "store to read without a coordinator: sqlite:PATH, redis://HOST "
                 "[sqlite:actsearch.db, if that file is here]")
      ->type_name("ADDRESS");
  app.add_option("--deadline", where.deadline_s, "seconds for each request [10]")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0).description(""));
}

void AddJob(CLI::App& app, std::string& job) {
  app.add_option("JOB", job, "id, the beginning of one, or 'latest' [latest]")->type_name("");
}

void AddYes(CLI::App& app, bool& yes) { app.add_flag("-y,--yes", yes, "do not ask"); }

void Print(Terminal& terminal, Format format, const Document& document, const std::string& text) {
  switch (format) {
    case Format::kTable:
      terminal.out << text;
      break;
    case Format::kJson:
      terminal.out << ToJson(document);
      break;
    case Format::kYaml:
      terminal.out << ToYaml(document);
      break;
  }
}

Expected<void> Confirm(Terminal& terminal, bool yes, const std::string& question) {
  if (yes) return {};
  if (!terminal.in_is_terminal || !terminal.err_is_terminal) {
    return Fail(kUsage, "nobody is here to confirm this: add --yes");
  }
  terminal.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(terminal.in, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return Fail(kFailed, "nothing was changed");
}

Expected<int> PrintChanged(Terminal& terminal, Format format, const Expected<v1::Job>& job,
                           std::string_view done) {
  if (!job) return std::unexpected(job.error());
  terminal.err << "job " << job->id() << " " << done << "\n";
  Print(terminal, format, JobDocument(*job), job->id() + "\n");
  return kOk;
}

int ExitOf(const v1::Job& job, Terminal& terminal) {
  terminal.err << "job " << job.id() << " is " << Name(job.state())
               << (job.reason().empty() ? "" : ": " + Printable(job.reason())) << "\n";
  if (IsStuck(job) && !job.held()) {
    terminal.err << "when that is mended, go on with: actsearch job resume " << job.id() << "\n";
  }
  return job.state() == v1::JOB_STATE_DONE ? kOk : kJobFailed;
}

Expected<int> FollowJob(Client& client, const v1::Job& job, Interrupts& interrupts,
                        Terminal& terminal, bool until_stuck) {
  Progress progress;
  v1::Job last = job;
  {
    ProgressPrinter printer(terminal);
    const auto now = [] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
          .count();
    };
    const Client::Watcher watcher = {
        .update =
            [&](const v1::WatchJobResponse& update) {
              last = update.job();
              progress.Update(update, now());
              printer.Show(progress, now());
              return !(until_stuck && IsStuck(last));
            },
        .go_on = [&] { return !interrupts.Asked(); },
        .away =
            [&](const std::string& reason) {
              printer.Say("the coordinator is away (" + reason + "); trying again");
            }};
    const auto watched = client.Watch(job.id(), watcher);
    if (!watched) return std::unexpected(watched.error());
  }
  if (interrupts.Asked()) {
    terminal.err << "no longer watching job " << job.id() << ", which goes on; look again with\n"
                 << "  actsearch job watch " << job.id() << "\n";
    return kInterrupted;
  }
  return ExitOf(last, terminal);
}

}  // namespace actsearch::cli
