// What verbs share: their common options and the way they print and ask.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "cli/client.h"
#include "cli/failure.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/verb.h"

namespace actsearch::cli {

void AddFormat(CLI::App& app, Format& format);  // -o, --output
void AddWhere(CLI::App& app, Where& where);     // --coordinator, --store, --deadline
void AddJob(CLI::App& app, std::string& job);   // JOB, optional: the newest
void AddYes(CLI::App& app, bool& yes);          // --yes

// The document as JSON or YAML, or else the text for people.
void Print(Terminal& terminal, Format format, const Document& document, const std::string& text);

// Asks `question` on a terminal; anything but yes is a Failure. Elsewhere --yes must
// have been given.
Expected<void> Confirm(Terminal& terminal, bool yes, const std::string& question);

// Connects, finds the job and goes on with both.
template <class Action>
Expected<int> WithJob(const Where& where, Access access, const std::string& name,
                      Terminal& terminal, Action action) {
  auto client = Client::Connect(where, access, terminal);
  if (!client) return std::unexpected(client.error());
  auto job = client->Find(name);
  if (!job) return std::unexpected(job.error());
  return action(*client, *job);
}

// What verbs that change a job's state print: the id, or the job.
Expected<int> PrintChanged(Terminal& terminal, Format format, const Expected<v1::Job>& job,
                           std::string_view done);

// 0 for a job that is done, kJobFailed otherwise, with a line on the terminal.
int ExitOf(const v1::Job& job, Terminal& terminal);

// Follows a job with progress until it ends; Ctrl-C leaves it running (kInterrupted). With
// `until_stuck` also until the service pauses it for a reason: kJobFailed.
// `interrupts` is older than the client, whose threads inherit the blocked signals.
Expected<int> FollowJob(Client& client, const v1::Job& job, Interrupts& interrupts,
                        Terminal& terminal, bool until_stuck);

}  // namespace actsearch::cli
