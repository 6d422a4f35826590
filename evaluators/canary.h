// Known answers: a worker asks for them before it takes work (after KataGo's self-test) so
// that a broken library, processor or build cannot fill the store with wrong scores. Each
// song trains a small network for a few steps on generated glyphs; together they take every
// kind of layer, kernel and fall-back. What is known of each: the loss at its end, and for
// every kind of parameter the gradient of the first step and how far training moved it, since
// a loss hardly tells whether a bias or a slope has learned. Torch-free. One thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/evaluator.h"
#include "search_spaces/base/error.h"
#include "search_spaces/trial.h"

namespace actsearch::evaluators {

// All parameters of a network with the same last name: weight, bias, scale, shift, or a
// candidate's own.
struct Learned {
  std::string kind;
  double gradient = 0;    // norm of the first step's gradient
  double projection = 0;  // of that gradient on a fixed direction of signs
  double change = 0;      // norm of the difference between the last values and the first
};

struct Answer {
  double loss = 0;
  std::vector<Learned> learned;  // by kind, in the order of the alphabet
};

struct Song {
  std::string_view name;
  Trial trial;
  Answer known;  // of LibTorch 1.13.1 with AVX-512
};

std::span<const Song> Songs();

// What comes of a song's trial here. Errors: Evaluate's; kInternal where it is not scored.
Result<Answer> SingSong(Evaluator& evaluator, const Song& song);

// kInternal when an answer is not the known one; the message has both. Relative tolerances:
// other builds and processors add in another order, which a few steps of training amplify.
Result<void> Judge(const Song& song, const Answer& heard);

Result<void> CheckSong(Evaluator& evaluator, const Song& song);

// As canary_songs.cc writes it, to renew what is known.
std::string Text(const Answer& answer);

// Value and slope of `formula` as the training kernels of `device` compute them against
// doubles on a grid; kInternal names the point and both values.
Result<void> CheckKernels(const std::string& formula, const std::string& reference,
                          const std::string& device);

class Choir {
 public:
  // kWhole: the kernels and all songs. kPart: the next song in turn.
  Result<void> Sing(Canary canary, Evaluator& evaluator, const std::string& device);

 private:
  std::size_t next_ = 0;
};

}  // namespace actsearch::evaluators
