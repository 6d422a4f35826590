// Which program file this process runs. Any thread.
#pragma once

#include <string>

namespace actsearch::workers {

// 16 hexadecimal digits that tell builds apart, of the bytes of the program's file; empty where
// they cannot be read. Libraries are named elsewhere (Evaluator::Description).
std::string ProgramBuild();

}  // namespace actsearch::workers
