// The entropy correction of one function, derived step by step.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "cli/formula_words.h"
#include "cli/number_list.h"
#include "cli/plot.h"
#include "cli/verbs/common.h"
#include "cli/verbs/verbs.h"
#include "cli/zoo_kind.h"
#include "search_spaces/activations/eafo/derivation.h"
#include "search_spaces/activations/zoo_names.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::cli {
namespace {

namespace eafo = activations::eafo;

constexpr std::size_t kMostSamples = 1'000'000;

struct Options {
  std::string formula;
  std::string samples;
  Format format = Format::kTable;
};

// One number a line; empty lines and those that begin with # are skipped.
Expected<std::vector<double>> ReadSamples(std::istream& in, const std::string& name) {
  std::vector<double> samples;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos || line.starts_with('#')) continue;
    if (samples.size() == kMostSamples) {
      return Fail(kUsage, name + ": more than " + std::to_string(kMostSamples) +
                              " pre-activations; give fewer, drawn at random");
    }
    const auto value = ReadNumbers(name + ":" + std::to_string(number), line, 1);
    if (!value) return std::unexpected(value.error());
    samples.push_back(value->front());
  }
  return samples;
}

Expected<eafo::PreActivations> ReadInput(const Options& options, Terminal& terminal) {
  if (options.samples.empty()) return eafo::PreActivations::StandardNormal();
  std::ifstream file;
  if (options.samples != "-") {
    file.open(options.samples);
    if (!file) {
      return Fail(kMissing, "--samples: cannot read '" + Printable(options.samples) +
                                "'; give a file with one pre-activation a line, or -");
    }
  }
  const bool piped = options.samples == "-";
  auto samples = ReadSamples(piped ? terminal.in : file, piped ? "stdin" : options.samples);
  if (!samples) return std::unexpected(samples.error());
  auto input = eafo::PreActivations::FromSamples(*std::move(samples));
  if (!input) return Fail(kUsage, "--samples: " + input.error().message);
  return *std::move(input);
}

Expected<expr::Expr> ReadScalar(const std::string& formula) {
  const auto f = activations::ReadFunction(formula);
  if (!f) return std::unexpected(FailureOf(f.error()));
  const std::string_view kind = KindOf(*f);
  if (kind == "scalar") return expr::Simplify(*f);  // the form that training computes
  return Fail(kUsage, "this is a function of kind '" + std::string(kind) +
                          "'; EAFO needs one of x alone whose slope is its own: "
                          "'actsearch zoo list --kind scalar' shows some");
}

std::string PiecesText(const eafo::Pieces& pieces) {
  std::string text;
  for (const eafo::Piece& piece : pieces.pieces) {
    const char* sense = piece.sense == 0 ? "flat" : piece.sense > 0 ? "rises" : "falls";
    text += (text.empty() ? "" : ", ") + std::string(sense) + " on [" + Short(piece.low) + ", " +
            Short(piece.high) + "]";
  }
  return text;
}

std::string NumbersText(const std::vector<double>& numbers) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : ", ") + Short(number);
  return text.empty() ? "nowhere" : text;
}

// The derivation for programs, in the order in which people see it.
struct Sheet {
  Document document;
  Table table{{{"FIELD"}, {"VALUE"}}};

  void Add(std::string_view key, std::string_view label, const std::string& text) {
    document[std::string(key)] = text;
    table.Add({std::string(label), text});
  }
  void Add(std::string_view key, std::string_view label, const expr::Expr& e) {
    Add(key, label, expr::Print(e));
  }
};

void AddInput(const eafo::PreActivations& input, Sheet& sheet) {
  sheet.document["input"] = {{"kind", input.is_normal ? "standard normal" : "samples"},
                             {"mean", input.mean},
                             {"deviation", input.deviation}};
  if (!input.is_normal) sheet.document["input"]["count"] = input.x.size();
  sheet.table.Add({"pre-activations",
                   input.is_normal ? "standard normal"
                                   : std::to_string(input.x.size()) + " samples, mean " +
                                         Short(input.mean) + ", deviation " +
                                         Short(input.deviation)});
}

void AddPieces(const eafo::Pieces& pieces, Sheet& sheet) {
  Document list = Document::array();
  for (const eafo::Piece& piece : pieces.pieces) {
    list.push_back({{"low", piece.low}, {"high", piece.high}, {"sense", piece.sense}});
  }
  sheet.document["pieces"] = std::move(list);
  sheet.document["critical"] = pieces.critical;
  sheet.table.Add({"pieces", PiecesText(pieces)});
  sheet.table.Add({"f' passes through 0 at", NumbersText(pieces.critical)});
}

void AddCorrection(const eafo::Derivation& d, Sheet& sheet) {
  if (d.symbolic) {
    sheet.document["guarded"] = d.symbolic->guarded;
    sheet.Add("quotient", d.symbolic->guarded ? "f''/f', |f'| >= 0.05" : "f''/f'",
              d.symbolic->quotient);
    sheet.Add("formula_correction", "e^(-x^2/2) (x + f''/f')", d.symbolic->correction);
  }
  if (d.IsFixedPoint()) return;
  sheet.document["fit"] = Document();
  if (d.fit) {
    sheet.document["fit"] = {{"coefficients", d.fit->coefficients},
                             {"scale", d.fit->scale},
                             {"explained", d.fit->explained}};
    sheet.table.Add({"measured and fitted",
                     Short(100 * d.fit->explained) + " % of the correction's square"});
  }
  sheet.Add("correction", "correction", d.correction);
}

void AddSlopes(const eafo::Derivation& d, Sheet& sheet) {
  const auto add = [&sheet](std::string_view key, std::string_view label, double predicted,
                            double measured) {
    sheet.document[std::string(key)] = {{"predicted", predicted}, {"measured", measured}};
    sheet.table.Add({std::string(label),
                     Short(predicted) + " predicted, " + Short(measured) + " measured"});
  };
  if (d.piece_predicted) {
    add("piece_slope", "d pieces / d eps", *d.piece_predicted, *d.piece_measured);
  }
  add("normalised_slope", "d normalised / d eps", d.predicted, d.measured);
}

std::string AddSteps(const eafo::Derivation& d, Document& document) {
  std::vector<Column> columns = {{"EPS", true}, {"ENTROPY", true}, {"NORMALISED", true},
                                 {"NEGENTROPY", true}};
  const bool has_pieces = d.piece_predicted.has_value();
  if (has_pieces) columns.push_back({"PIECES", true});
  columns.push_back({"SENSE OF F'"});
  Table table(std::move(columns));
  Document list = Document::array();
  for (const eafo::Step& step : d.steps) {
    const eafo::Entropies h =
        step.entropies.value_or(eafo::Entropies{std::nan(""), std::nan(""), std::nan("")});
    std::vector<std::string> cells = {Short(step.eps), Short(h.plain, 6), Short(h.normalised, 6),
                                      Short(h.negentropy, 6)};
    Document row = {{"eps", step.eps},
                    {"entropy", h.plain},
                    {"normalised", h.normalised},
                    {"negentropy", h.negentropy},
                    {"keeps_sense", step.keeps_sense}};
    if (has_pieces) {
      cells.push_back(Short(*step.piece_entropy, 6));
      row["pieces"] = *step.piece_entropy;
    }
    cells.emplace_back(step.keeps_sense ? "kept" : "changes");
    table.Add(std::move(cells));
    list.push_back(std::move(row));
  }
  document["steps"] = std::move(list);
  return table.ToText();
}

std::vector<std::string> NotesOn(const eafo::Derivation& d) {
  if (d.IsFixedPoint()) {
    return {"No correction: f is a scaled normal distribution function, the fixed point, whose "
            "output is uniform and has the largest entropy between its bounds."};
  }
  std::vector<std::string> notes;
  if (d.symbolic && d.symbolic->guarded) {
    notes.push_back("f' passes through 0, where f''/f' has poles: the correction is measured at "
                    "the output's density and fitted, in place of the formula.");
  }
  if (std::ranges::any_of(d.pieces.pieces, [](const auto& p) { return p.sense == 0; })) {
    notes.push_back("Flat pieces have no density: the formula of the others goes on over them.");
  }
  if (d.piece_predicted && *d.piece_predicted * d.eps > 0) {
    notes.push_back(
        "The signs disagree: the entropy of the pieces, which the paper looks at, falls "
        "with the other sign of eps; the normalised one, free of scale, decided.");
  }
  return notes;
}

std::string PlotText(const expr::Expr& f, const expr::Expr& correction, bool utf8) {
  constexpr int kPoints = 1301;  // ten for each column of braille dots
  std::vector<double> x;
  for (int i = 0; i < kPoints; ++i) x.push_back(eafo::kReach * (2.0 * i / (kPoints - 1) - 1));
  const std::vector<double> parameters = expr::InitialParameters(f);
  return std::string("\nf: ") + (utf8 ? "line" : "*") + "; correction: " + (utf8 ? "dots" : ".") +
         "\n" +
         Draw({.low = -eafo::kReach,
               .high = eafo::kReach,
               .solid = expr::EvaluateMany(f, x, parameters),
               .dotted = expr::EvaluateMany(correction, x, parameters)},
              utf8);
}

Expected<int> Eafo(const Options& options, Terminal& terminal) {
  const auto f = ReadScalar(options.formula);
  if (!f) return std::unexpected(f.error());
  const auto input = ReadInput(options, terminal);
  if (!input) return std::unexpected(input.error());
  const auto d = eafo::DeriveCorrection(*f, *input);
  if (!d) return std::unexpected(FailureOf(d.error()));
  Sheet sheet;
  sheet.Add("f", "f", *f);
  AddInput(*input, sheet);
  sheet.Add("slope", "f'", d->slope);
  sheet.Add("curvature", "f''", d->curvature);
  AddPieces(d->pieces, sheet);
  AddCorrection(*d, sheet);
  sheet.document["fixed_point"] = d->IsFixedPoint();
  std::string after;
  if (!d->IsFixedPoint()) {
    AddSlopes(*d, sheet);
    sheet.Add("result", "result", d->result);
    sheet.document["eps"] = d->eps;
    after = "\n" + AddSteps(*d, sheet.document) +
            PlotText(*f, d->correction, terminal.Utf8());
  }
  sheet.document["notes"] = NotesOn(*d);
  std::string text = sheet.table.ToText(false);
  for (const std::string& note : NotesOn(*d)) text += "\n" + note + "\n";
  Print(terminal, options.format, sheet.document, text + after);
  return kOk;
}

}  // namespace

Run AddEafo(CLI::App& app, Terminal& terminal) {
  auto options = std::make_shared<Options>();
  app.add_option(kFormula, options->formula, "a formula of x, or zoo:NAME; it may begin with '-'")
      ->type_name("")
      ->required();
  app.add_option("--samples", options->samples,
                 "pre-activations of your network, one a line, - for the standard input; without "
                 "them x is standard normal")
      ->type_name("FILE");
  AddFormat(app, options->format);
  return [options, &terminal] { return Eafo(*options, terminal); };
}

}  // namespace actsearch::cli
