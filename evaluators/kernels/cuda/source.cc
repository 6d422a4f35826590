#include "evaluators/kernels/cuda/source.h"

#include <set>
#include <utility>

#include "evaluators/kernels/cuda/device_text.h"
#include "evaluators/kernels/plan.h"
#include "search_spaces/base/check.h"
#include "search_spaces/expr/derive.h"

namespace actsearch::kernels::cuda {
namespace {

std::string Number(std::size_t n) { return std::to_string(n); }

// The instructions of a program as statements over T. Slots are reused, names are not.
class Statements {
 public:
  // What each input and parameter slot is called.
  Statements(const Program& program, std::vector<std::string> inputs,
             std::vector<std::string> parameters)
      : names_(static_cast<std::size_t>(program.slots)) {
    for (std::size_t k = 0; k < inputs.size(); ++k) names_[k] = std::move(inputs[k]);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      names_[program.ParameterSlot(static_cast<int>(k))] = std::move(parameters[k]);
    }
    for (std::size_t k = 0; k < program.constants.size(); ++k) {
      names_[program.ConstantSlot(static_cast<int>(k))] = Literal(program.constants[k]);
    }
    std::size_t index = 0;
    for (const Instruction& in : program.Everything()) Add(in, index++);
  }

  const std::string& text() const { return text_; }
  const std::string& NameOf(int slot) const { return names_[static_cast<std::size_t>(slot)]; }

 private:
  void Add(const Instruction& in, std::size_t index) {
    std::string list;
    for (int k = 0; k < Ops()[in.op].arity; ++k) {
      list += (k == 0 ? "" : ", ") + names_[in.args[k]];
    }
    names_[in.target] = "v" + Number(index);
    text_ +=
        "    const T " + names_[in.target] + " = " + OpFunctionName(in.op) + "<T>(" + list + ");\n";
  }

  std::vector<std::string> names_;
  std::string text_;
};

// The parts of one generated kernel, a struct that the walks take.
class KernelWriter {
 public:
  KernelWriter(const KernelRequest& request, const std::string& name)
      : request_(request), program_(*request.program), name_(name) {}

  std::string Text() const {
    std::string text = "\nstruct K_" + name_ + " {\n" + Numbers() + Compute();
    if (request_.exact != nullptr) {
      for (std::size_t k = 0; k < Repaired().size(); ++k) text += Exact(k);
    }
    text += Fix() + "};\n\nKERNEL " + name_ + "(ARGUMENT(Arguments) a) { Walk" + WalkName() +
            "<K_" + name_ + ">(a); }\n";
    return text;
  }

 private:
  const char* WalkName() const {
    switch (request_.walk) {
      case Walk::kPlain:
        return "Plain";
      case Walk::kRuns:
        return "Runs";
      case Walk::kColumns:
        return "Columns";
    }
    return "";
  }

  bool IsLayer(std::size_t parameter) const {
    return request_.declared[parameter].shape == expr::Shape::kLayer;
  }

  // A repair reads parameters by channel too.
  bool ByChannel() const {
    for (const std::uint16_t parameter : program_.parameters) {
      if (!IsLayer(parameter)) return true;
    }
    for (std::size_t k = 0; request_.exact != nullptr && k < request_.declared.size(); ++k) {
      if (!IsLayer(k)) return true;
    }
    return false;
  }

  std::string Numbers() const {
    const std::string constant = "  static constexpr int ";
    std::string text =
        std::string("  using Storage = ") +
        (request_.storage == Storage::kFloat32 ? "Float32" : "Bfloat16") + ";\n" + constant +
        "inputs = " + Number(program_.inputs.size()) + ";\n" + constant +
        "stores = " + std::to_string(program_.stores) + ";\n" + constant +
        "parameters = " + Number(program_.parameters.size()) + ";\n" + constant +
        "reductions = " + Number(program_.reductions.size()) +
        ";\n  static constexpr bool by_channel = " + (ByChannel() ? "true" : "false") +
        ";\n  static DEVICE_MEMBER void load_parameters(const Arguments& a, unsigned "
        "channel, float* p) {\n";
    for (std::size_t k = 0; k < program_.parameters.size(); ++k) {
      const std::string id = Number(program_.parameters[k]);
      text += "    p[" + Number(k) + "] = a.parameters[" + id + "][" +
              (IsLayer(program_.parameters[k]) ? "0" : "NumberOf(a, " + id + ", channel)") + "];\n";
    }
    return text + "  }\n";
  }

  std::string Compute() const {
    std::vector<std::string> inputs, parameters;
    for (std::size_t k = 0; k < program_.inputs.size(); ++k) {
      inputs.push_back("in[" + Number(k) + "]");
    }
    for (std::size_t k = 0; k < program_.parameters.size(); ++k) {
      parameters.push_back("p[" + Number(k) + "]");
    }
    const Statements body(program_, std::move(inputs), std::move(parameters));
    std::string text =
        "  template <class T>\n  static DEVICE_MEMBER void compute(const T* in, const T* p, T* "
        "out, "
        "T* reduced) {\n" +
        body.text();
    for (int k = 0; k < program_.stores; ++k) {
      text += "    out[" + std::to_string(k) + "] = " + body.NameOf(program_.StoreSlot(k)) + ";\n";
    }
    for (std::size_t r = 0; r < program_.reductions.size(); ++r) {
      text +=
          "    reduced[" + Number(r) + "] = " + body.NameOf(program_.reductions[r].slot) + ";\n";
    }
    return text + "  }\n";
  }

  struct Repair {
    std::string target;
    const Program* program;
  };

  // A forward pass repairs its result; a backward pass dLoss/dx and the terms of sums.
  std::vector<Repair> Repaired() const {
    if (!request_.is_backward) return {{"out[0]", &request_.exact->value}};
    std::vector<Repair> list;
    if (program_.stores > 0) list.push_back({"out[0]", &request_.exact->input_slope});
    for (std::size_t r = 0; r < program_.reductions.size(); ++r) {
      list.push_back({"reduced[" + Number(r) + "]",
                      &request_.exact->parameter_slopes[program_.reductions[r].parameter]});
    }
    return list;
  }

  // float exact_0(a, channel, i, seen): the double-precision result, or what was seen
  // where x is NaN, or the gradient not finite itself.
  std::string Exact(std::size_t index) const {
    const Program& program = *Repaired()[index].program;
    std::vector<std::string> parameters;
    for (const std::uint16_t id : program.parameters) {
      const std::string k = Number(id);
      parameters.push_back("T(a.parameters[" + k + "][NumberOf(a, " + k + ", channel)])");
    }
    const Statements body(program, std::vector<std::string>(program.inputs.size(), "x"),
                          std::move(parameters));
    std::string text = "  static COLD_MEMBER float exact_" + Number(index) +
                       "(const Arguments& a, unsigned channel, unsigned i, float seen) {\n"
                       "    using T = double;\n"
                       "    const T x = LoadOne(Storage(), a.x, i);\n"
                       "    if (x != x) return seen;\n";
    if (request_.is_backward) {
      text +=
          "    const T gradient = LoadOne(Storage(), a.gradient, i);\n"
          "    if (!IsFinite(gradient)) return seen;\n";
    }
    return text + body.text() + "    return float(" + (request_.is_backward ? "gradient * " : "") +
           body.NameOf(program.StoreSlot(0)) + ");\n  }\n";
  }

  std::string Fix() const {
    std::string text =
        "  static DEVICE_MEMBER void fix(const Arguments& a, unsigned channel, unsigned i, float* "
        "out, float* reduced) {\n";
    if (request_.exact != nullptr) {
      const std::vector<Repair> repaired = Repaired();
      for (std::size_t k = 0; k < repaired.size(); ++k) {
        const std::string& target = repaired[k].target;
        text += "    if (!IsFinite(" + target + ")) " + target + " = exact_" + Number(k) +
                "(a, channel, i, " + target + ");\n";
      }
    }
    return text + "  }\n";
  }

  const KernelRequest& request_;
  const Program& program_;
  const std::string& name_;
};

}  // namespace

ExactPrograms::ExactPrograms(const expr::Expr& f)
    : value(MakeValueProgram(f)), input_slope(MakeValueProgram(expr::Derive(f))) {
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    parameter_slopes.push_back(MakeValueProgram(expr::DeriveParameter(f, k)));
  }
}

std::string OpFunctionsText(std::span<const Program* const> programs) {
  std::set<OpId> ops;
  for (const Program* program : programs) {
    for (const Instruction& in : program->Everything()) ops.insert(in.op);
  }
  std::string text;
  for (const OpId op : ops) text += "\n" + OpFunctionText(op);
  return text;
}

std::string KernelText(const KernelRequest& request, const std::string& name) {
  ACTSEARCH_CHECK(IsServed(*request.program, request.declared.size()), "a program within limits");
  return KernelWriter(request, name).Text();
}

std::string SourceOf(const KernelRequest& request) {
  std::vector<const Program*> programs = {request.program};
  if (request.exact != nullptr) {
    programs.push_back(&request.exact->value);
    programs.push_back(&request.exact->input_slope);
    for (const Program& slope : request.exact->parameter_slopes) programs.push_back(&slope);
  }
  return std::string(TargetText()) + std::string(VocabularyText()) + WalksText() +
         OpFunctionsText(programs) + KernelText(request, kKernelName);
}

std::string FinishSource() { return std::string(TargetText()) + FinishText(kKernelName); }

}  // namespace actsearch::kernels::cuda
