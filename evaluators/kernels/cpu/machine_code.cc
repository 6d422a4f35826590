#include "evaluators/kernels/cpu/machine_code.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "evaluators/kernels/cpu/machine_body.h"
#include "evaluators/kernels/cpu/tiles.h"

namespace actsearch::kernels::cpu {
namespace {

using Xbyak::Label;
using Xbyak::Operand;
using Xbyak::Reg64;

// Registers that point to arrays; arrays beyond are looked up each time.
constexpr int kPointers[] = {Operand::RCX, Operand::R8,  Operand::R9, Operand::R12,
                             Operand::R13, Operand::R14, Operand::R15};
const Reg64 kEnd(Operand::R10);   // bytes of an array
const Reg64 kLast(Operand::RSI);  // start of the last whole pass, but for code by rows
constexpr int kRowBytes = MachineCode::kRow * sizeof(float);
constexpr int kMostCopies = 4;
constexpr int kSumRegisters = 4;  // sums beyond are in memory

// How often a value is read where it must be in a register.
std::vector<int> RegisterReads(const Trace& trace) {
  std::vector<int> reads(trace.nodes().size(), 0);
  for (const TraceNode& node : trace.nodes()) {
    if (!IsLeaf(node.op)) ++reads[static_cast<std::size_t>(node.args[0])];
    if (node.op == TraceOp::kChoose) ++reads[static_cast<std::size_t>(node.args[3])];
  }
  return reads;
}

class Emitter : public Xbyak::CodeGenerator {
 public:
  Emitter(const Trace& trace, int sums, bool by_row, std::vector<std::uint8_t>& buffer)
      : CodeGenerator(buffer.size(), buffer.data()), trace_(trace), uses_(trace) {
    PlaceRegisters(sums, by_row);
    EmitAll();
  }

  // Where execution starts, in bytes from the start of the code.
  std::size_t entry() const { return entry_; }

 private:
  // ---- what is the same for every pass

  void PlaceRegisters(int sums, bool by_row) {
    frame_.set = trace_.target().set;
    frame_.vector_bytes = frame_.IsWide() ? 64 : 32;
    frame_.registers = frame_.IsWide() ? 32 : 16;
    int next = 0;
    frame_.scratch[0] = next++;
    frame_.scratch[1] = next++;
    frame_.not_finite = next++;
    for (int r = 0; r < sums; ++r) frame_.sums.push_back(r < kSumRegisters ? next++ : -1);
    const int free = frame_.registers - next;
    copies_ = std::clamp(free / std::max(1, uses_.Pressure() + 1), 1, kMostCopies);
    if (copies_ == 3) copies_ = 2;
    frame_.is_by_row = by_row;
    frame_.copy_bytes = frame_.is_by_row ? kRowBytes : frame_.vector_bytes;
    const int spare = free - copies_ * (uses_.Pressure() + 1);
    for (const int sum : frame_.sums) {
      frame_.sums_in_frame.push_back(sum >= 0 ? -1 : frame_places_);
      if (sum < 0) frame_places_ += copies_;
    }
    PlaceNumbers(next, std::max(0, spare));
    PlacePointers();
  }

  // Numbers that are read most where they must be in a register stay in one.
  void PlaceNumbers(int next, int spare) {
    const auto nodes = trace_.nodes();
    frame_.fixed.assign(nodes.size(), -1);
    frame_.in_frame.assign(nodes.size(), -1);
    frame_.in_pool.assign(nodes.size(), -1);
    const std::vector<int> reads = RegisterReads(trace_);
    for (std::size_t v = 0; v < nodes.size(); ++v) {
      if (nodes[v].op == TraceOp::kConstant || nodes[v].op == TraceOp::kUniform) {
        numbers_.push_back(v);
      }
    }
    std::ranges::stable_sort(numbers_, std::greater(), [&](std::size_t v) {
      return 4 * reads[v] + static_cast<int>(uses_.Of(static_cast<TraceValue>(v)).size());
    });
    for (const std::size_t v : numbers_) {
      if (nodes[v].op == TraceOp::kConstant) {
        frame_.in_pool[v] = static_cast<int>(pool_.size());
        pool_.push_back(nodes[v].bits);
      }
      if (spare-- > 0) {
        frame_.fixed[v] = next++;
      } else if (nodes[v].op == TraceOp::kUniform) {
        frame_.in_frame[v] = frame_places_++;
      }
    }
    frame_.groups_from = next;
    frame_.spill_from = frame_places_;
  }

  void PlacePointers() {
    std::size_t next = 0;
    for (const TraceNode& node : trace_.nodes()) {
      if (!IsLoad(node.op) && node.op != TraceOp::kStore && node.op != TraceOp::kAccumulate) {
        continue;
      }
      if (frame_.pointer_of.size() <= node.bits) frame_.pointer_of.resize(node.bits + 1, -1);
      int& pointer = frame_.pointer_of[node.bits];
      if (pointer < 0 && next < std::size(kPointers)) pointer = kPointers[next++];
    }
  }

  // ---- code

  // The entry comes last: only then is the size of the stack frame known.
  void EmitAll() {
    Label pass, rest, done, start, pool;
    const int bytes = frame_.vector_bytes;
    L(pass);
    EmitBody(copies_);
    if (frame_.is_by_row) {
      Advance(bytes);
      cmp(role::position, kRowBytes);
      jl(pass, T_NEAR);
      xor_(role::position.cvt32(), role::position.cvt32());
      add(role::index, (copies_ - 1) * kRowBytes);
      L(start);
      lea(role::pointer, ptr[role::index + copies_ * kRowBytes]);
      cmp(role::pointer, kEnd);
    } else {
      Advance(copies_ * bytes);
      L(start);
      cmp(role::index, kLast);
    }
    jle(pass, T_NEAR);
    if (copies_ > 1 || frame_.is_by_row) {
      L(rest);
      cmp(role::index, kEnd);
      jge(done, T_NEAR);
      EmitBody(1);
      Advance(bytes);
      jmp(rest, T_NEAR);
    }
    L(done);
    EmitEnd();
    align(16);
    entry_ = getSize();
    EmitStart(pool);
    jmp(start, T_NEAR);
    align(64);
    L(pool);
    for (const std::uint32_t bits : pool_) {
      for (int k = 0; k < frame_.PoolStep(); k += 4) dd(bits);
    }
  }

  void Advance(int bytes) {
    add(role::index, bytes);
    if (frame_.is_by_row) add(role::position, bytes);
  }

  void EmitBody(int copies) {
    MachineBody body(*this, trace_, uses_, frame_, copies);
    body.Emit();
    spilled_ = std::max(spilled_, body.spilled());
  }

  void EmitStart(Label& pool) {
    for (const int saved : kSaved) push(Reg64(saved));
    mov(rbp, rsp);
    sub(rsp, (frame_places_ + spilled_) * frame_.vector_bytes);
    and_(rsp, -64);
    lea(role::pool, ptr[rip + pool]);
    lea(kEnd, ptr[rsi * 4]);
    if (frame_.is_by_row) {
      xor_(role::position.cvt32(), role::position.cvt32());
    } else {
      lea(kLast, ptr[kEnd - copies_ * frame_.vector_bytes]);
    }
    xor_(role::index.cvt32(), role::index.cvt32());
    for (std::size_t slot = 0; slot < frame_.pointer_of.size(); ++slot) {
      const int pointer = frame_.pointer_of[slot];
      if (pointer >= 0) mov(Reg64(pointer), ptr[role::slots + static_cast<int>(slot * 8)]);
    }
    for (const std::size_t v : numbers_) EmitNumber(v);
    ClearRegister(frame_.not_finite);
    for (std::size_t r = 0; r < frame_.sums.size(); ++r) {
      if (frame_.sums[r] >= 0) {
        ClearRegister(frame_.sums[r]);
        continue;
      }
      for (int c = 0; c < copies_; ++c) {
        vmovups(frame_.InFrame(frame_.sums_in_frame[r] + c), frame_.Vector(frame_.not_finite));
      }
    }
  }

  void ClearRegister(int index) {
    vxorps(frame_.Vector(index), frame_.Vector(index), frame_.Vector(index));
  }

  void EmitNumber(std::size_t v) {
    const TraceNode& node = trace_.nodes()[v];
    const bool is_fixed = frame_.fixed[v] >= 0;
    const Xbyak::Xmm to = frame_.Vector(is_fixed ? frame_.fixed[v] : frame_.scratch[0]);
    if (node.op == TraceOp::kConstant) {
      if (is_fixed) vbroadcastss(to, frame_.InPool(static_cast<TraceValue>(v), ptr));
      return;
    }
    mov(role::pointer, ptr[role::slots + static_cast<int>(node.bits * 8)]);
    vbroadcastss(to, ptr[role::pointer]);
    if (!is_fixed) vmovups(frame_.InFrame(frame_.in_frame[v]), to);
  }

  // Sums go out, and 1 or 0 for whether all results are finite.
  void EmitEnd() {
    const Xbyak::Xmm scratch = frame_.Vector(frame_.scratch[0]);
    for (std::size_t r = 0; r < frame_.sums.size(); ++r) {
      const int at = static_cast<int>(r * MachineCode::kSumLanes * sizeof(float));
      if (frame_.sums[r] >= 0) {
        vmovups(ptr[role::sums + at], frame_.Vector(frame_.sums[r]));
        continue;
      }
      const int first = frame_.sums_in_frame[r];
      vmovups(scratch, frame_.InFrame(first));
      for (int c = 1; c < copies_; ++c) vaddps(scratch, scratch, frame_.InFrame(first + c));
      vmovups(ptr[role::sums + at], scratch);
    }
    // Finite values left 0, others NaN.
    const Xbyak::Xmm bad = frame_.Vector(frame_.not_finite);
    if (frame_.IsWide()) {
      vcmpps(k1, bad, bad, static_cast<std::uint8_t>(Predicate::kUnordered));
      kmovw(ecx, k1);
    } else {
      vcmpps(bad, bad, bad, static_cast<std::uint8_t>(Predicate::kUnordered));
      vmovmskps(ecx, bad);
    }
    xor_(eax, eax);
    test(ecx, ecx);
    setz(al);
    mov(rsp, rbp);
    for (std::size_t k = std::size(kSaved); k-- > 0;) pop(Reg64(kSaved[k]));
    vzeroupper();
    ret();
  }

  static constexpr int kSaved[] = {Operand::RBP, Operand::RBX, Operand::R12,
                                   Operand::R13, Operand::R14, Operand::R15};

  const Trace& trace_;
  const TraceUses uses_;
  MachineFrame frame_;
  int copies_ = 1;
  int frame_places_ = 0;  // of sums and uniform numbers
  int spilled_ = 0;
  std::vector<std::size_t> numbers_;  // nodes
  std::vector<std::uint32_t> pool_;
  std::size_t entry_ = 0;
};

std::optional<Target> ChooseTarget() {
  const char* wish = std::getenv("ACTSEARCH_KERNELS");
  const std::string_view most = wish == nullptr ? "" : wish;
  if (most != "" && most != "avx512" && most != "avx2" && most != "loops") {
    std::fprintf(stderr, "actsearch: ACTSEARCH_KERNELS=%s is ignored; known: avx512, avx2, loops\n",
                 wish);
  }
  constexpr std::uint8_t kReturn = 0xc3;
  if (most == "loops" || ExecutableMemory::Make(&kReturn, 1) == nullptr) return std::nullopt;
  if (most != "avx2" && __builtin_cpu_supports("x86-64-v4")) {
    return Target{InstructionSet::kAvx512, __builtin_cpu_is("amd") != 0};
  }
  if (__builtin_cpu_supports("x86-64-v3")) return Target{InstructionSet::kAvx2, false};
  return std::nullopt;
}

}  // namespace

std::optional<Target> MachineTarget() {
  static const std::optional<Target> target = ChooseTarget();
  return target;
}

std::unique_ptr<const MachineCode> MachineCode::Make(const Trace& trace, int sums, bool by_row) {
  // At most four copies and one more of each node, two instructions of 12 bytes a copy.
  std::vector<std::uint8_t> buffer(4096 + trace.nodes().size() * (kMostCopies + 1) * 40);
  try {
    const Emitter code(trace, sums, by_row, buffer);
    auto memory = ExecutableMemory::Make(buffer.data(), code.getSize());
    if (memory == nullptr) return nullptr;
    return std::unique_ptr<const MachineCode>(new MachineCode(std::move(memory), code.entry()));
  } catch (const Xbyak::Error&) {
    return nullptr;
  }
}

MachineCode::MachineCode(std::unique_ptr<ExecutableMemory> memory, std::size_t entry)
    : memory_(std::move(memory)) {
  const void* start = static_cast<const char*>(memory_->data()) + entry;
  std::memcpy(&function_, &start, sizeof function_);
}

}  // namespace actsearch::kernels::cpu
