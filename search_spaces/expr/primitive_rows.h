// The list of all primitives. A new primitive is a struct in one of the files under
// rows/ and its name at the end of this list; parser, printer, mutator, derivatives,
// kernels, documentation and tests follow from it.
#pragma once

#include <tuple>

#include "search_spaces/expr/rows/algebra.h"
#include "search_spaces/expr/rows/bessel.h"
#include "search_spaces/expr/rows/exponential.h"
#include "search_spaces/expr/rows/gates.h"
#include "search_spaces/expr/rows/inverse.h"
#include "search_spaces/expr/rows/powers.h"
#include "search_spaces/expr/rows/rectifiers.h"
#include "search_spaces/expr/rows/row.h"
#include "search_spaces/expr/rows/smooth.h"
#include "search_spaces/expr/rows/training.h"
#include "search_spaces/expr/rows/trigonometric.h"

namespace actsearch::expr {

// The table's order is the primitives' ids; append, so that ids stay as they are.
using PrimitiveList = std::tuple<
    rows::AddRow, rows::SubRow, rows::MulRow, rows::DivRow, rows::NegRow, rows::DivEpsRow,
    rows::ReciprocalRow, rows::SquareRow, rows::CubeRow, rows::SqrtRow, rows::AbsRow, rows::SignRow,
    rows::StepRow, rows::ReluRow, rows::Min0Row, rows::MaxRow, rows::MinRow, rows::SelectRow,
    rows::ExpRow, rows::Expm1Row, rows::LogRow, rows::Log1pRow, rows::LogAbsRow, rows::SoftplusRow,
    rows::GaussianRow, rows::SigmoidRow, rows::TanhRow, rows::AtanRow, rows::ErfRow, rows::ErfcRow,
    rows::NormalCdfRow, rows::SinRow, rows::CosRow, rows::TanRow, rows::SincRow, rows::SinhRow,
    rows::CoshRow, rows::AsinhRow, rows::GateRow, rows::GaussianKernelRow, rows::LaplaceKernelRow,
    rows::LerpRow, rows::LeakyReluRow, rows::PreluRow, rows::Relu6Row, rows::HardSigmoidRow,
    rows::HardSwishRow, rows::HardTanhRow, rows::ClipRow, rows::SquaredReluRow, rows::StepGeRow,
    rows::GreaterRow, rows::AbsDiffRow, rows::SiluRow, rows::SwishRow, rows::GeluRow, rows::MishRow,
    rows::EluRow, rows::SeluRow, rows::SoftsignRow, rows::LogSigmoidRow, rows::SechRow,
    rows::LogCoshRow, rows::GumbelCdfRow, rows::CloglogRow, rows::LogAddExpRow, rows::SignedSqrtRow,
    rows::SqrtAbsRow, rows::CbrtRow, rows::RsqrtRow, rows::PowAbsRow, rows::HypotRow, rows::IsruRow,
    rows::SignedLogRow, rows::SymlogRow, rows::SymexpRow, rows::Exp2Row, rows::AcoshRow,
    rows::AtanhRow, rows::AsinRow, rows::AcosRow, rows::BesselI0eRow, rows::BesselI1eRow,
    rows::SurrogateRow, rows::UniformRow, rows::NormalRow, rows::BernoulliRow>;

}  // namespace actsearch::expr
