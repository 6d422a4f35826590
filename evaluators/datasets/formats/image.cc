#include "evaluators/datasets/formats/image.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <memory>
#include <span>
#include <utility>

#ifdef ACTSEARCH_HAVE_PNG
#include <spng.h>
#endif
#ifdef ACTSEARCH_HAVE_JPEG
#include <turbojpeg.h>
#endif
#ifdef ACTSEARCH_HAVE_WEBP
#include <webp/decode.h>
#endif

namespace actsearch::datasets {
namespace {

constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;

std::unexpected<Error> Damaged(const std::string& place, const std::string& what) {
  return Fail(ErrorCode::kCorrupt,
              place + ": damaged picture: " + what + "; copy or download the file again");
}

[[maybe_unused]] std::unexpected<Error> NoLibrary(const std::string& place,
                                                  const std::string& format) {
  return Fail(ErrorCode::kInvalid, place + ": this build cannot read " + format +
                                       "; convert the pictures, or give arrays (.npz)");
}

// Room for the pixels, if they are not too many.
Result<Picture> Sized(const std::string& place, std::int64_t height, std::int64_t width) {
  if (height < 1 || width < 1 || height > kMostPixels / width) {
    return Damaged(place, std::to_string(height) + " x " + std::to_string(width) + " pixels");
  }
  Picture picture{static_cast<int>(height), static_cast<int>(width), {}};
  picture.pixels.resize(static_cast<std::size_t>(3 * height * width));
  return picture;
}

Result<Picture> DecodePng(const std::string& place, const Bytes& bytes) {
#ifdef ACTSEARCH_HAVE_PNG
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(0), spng_ctx_free);
  spng_set_png_buffer(context.get(), bytes.data(), bytes.size());
  spng_ihdr header;
  if (const int code = spng_get_ihdr(context.get(), &header); code != 0) {
    return Damaged(place, spng_strerror(code));
  }
  auto picture = Sized(place, header.height, header.width);
  if (!picture) return picture;
  const int code = spng_decode_image(context.get(), picture->pixels.data(),
                                     picture->pixels.size(), SPNG_FMT_RGB8, 0);
  if (code != 0) return Damaged(place, spng_strerror(code));
  return picture;
#else
  (void)bytes;
  return NoLibrary(place, "PNG");
#endif
}

Result<Picture> DecodeJpeg(const std::string& place, const Bytes& bytes) {
#ifdef ACTSEARCH_HAVE_JPEG
  const std::unique_ptr<void, int (*)(tjhandle)> handle(tjInitDecompress(), tjDestroy);
  int width = 0, height = 0, sampling = 0, space = 0;
  if (tjDecompressHeader3(handle.get(), bytes.data(), bytes.size(), &width, &height, &sampling,
                          &space) != 0) {
    return Damaged(place, tjGetErrorStr2(handle.get()));
  }
  auto picture = Sized(place, height, width);
  if (!picture) return picture;
  // The accurate transform, so that every processor gives the same bytes.
  const int code = tjDecompress2(handle.get(), bytes.data(), bytes.size(), picture->pixels.data(),
                                 width, 0, height, TJPF_RGB, TJFLAG_ACCURATEDCT);
  if (code != 0) return Damaged(place, tjGetErrorStr2(handle.get()));
  return picture;
#else
  (void)bytes;
  return NoLibrary(place, "JPEG");
#endif
}

Result<Picture> DecodeWebp(const std::string& place, const Bytes& bytes) {
#ifdef ACTSEARCH_HAVE_WEBP
  int width = 0, height = 0;
  if (WebPGetInfo(bytes.data(), bytes.size(), &width, &height) == 0) {
    return Damaged(place, "no WebP header");
  }
  auto picture = Sized(place, height, width);
  if (!picture) return picture;
  if (WebPDecodeRGBInto(bytes.data(), bytes.size(), picture->pixels.data(),
                        picture->pixels.size(), 3 * width) == nullptr) {
    return Damaged(place, "it ends early");
  }
  return picture;
#else
  (void)bytes;
  return NoLibrary(place, "WebP");
#endif
}

bool StartsWith(const Bytes& bytes, std::size_t at, std::string_view magic) {
  return bytes.size() >= at + magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

// In either case.
bool EndsWithOne(std::string_view name, std::span<const std::string_view> endings) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(endings, [&](auto ending) { return lower.ends_with(ending); });
}

// How much of each old pixel goes into each new one, along one side.
struct Share {
  int first = 0;
  std::vector<double> weights;
};

std::vector<Share> SharesOf(int before, int after) {
  std::vector<Share> shares(static_cast<std::size_t>(after));
  const double ratio = static_cast<double>(before) / after;
  for (int i = 0; i < after; ++i) {
    const double begin = i * ratio, end = (i + 1) * ratio;
    Share& share = shares[static_cast<std::size_t>(i)];
    share.first = static_cast<int>(begin);
    for (int k = share.first; k < before && k < end; ++k) {
      share.weights.push_back((std::min(end, k + 1.0) - std::max(begin, double(k))) / ratio);
    }
  }
  return shares;
}

}  // namespace

bool Picture::IsGray() const {
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) return false;
  }
  return true;
}

bool IsPictureName(std::string_view name) {
  constexpr std::array<std::string_view, 4> kEndings = {".png", ".jpg", ".jpeg", ".webp"};
  return EndsWithOne(name, kEndings);
}

bool IsUnreadPictureName(std::string_view name) {
  constexpr std::array<std::string_view, 9> kEndings = {".bmp", ".gif", ".tif",  ".tiff", ".ppm",
                                                        ".pgm", ".pbm", ".heic", ".avif"};
  return EndsWithOne(name, kEndings);
}

Result<Picture> Decode(const std::string& place, const Bytes& bytes) {
  if (StartsWith(bytes, 0, "\x89PNG")) return DecodePng(place, bytes);
  if (StartsWith(bytes, 0, "\xff\xd8")) return DecodeJpeg(place, bytes);
  if (StartsWith(bytes, 0, "RIFF") && StartsWith(bytes, 8, "WEBP")) return DecodeWebp(place, bytes);
  if (auto ok = CheckNoWebPage(place, bytes); !ok) return std::unexpected(ok.error());
  return Damaged(place, "neither PNG nor JPEG nor WebP, whatever its name says");
}

Picture Resized(const Picture& picture, int height, int width) {
  if (picture.height == height && picture.width == width) return picture;
  const std::vector<Share> rows = SharesOf(picture.height, height);
  const std::vector<Share> columns = SharesOf(picture.width, width);
  Picture result{height, width, {}};
  result.pixels.reserve(static_cast<std::size_t>(3) * height * width);
  for (const Share& row : rows) {
    for (const Share& column : columns) {
      double sums[3] = {};
      for (std::size_t i = 0; i < row.weights.size(); ++i) {
        for (std::size_t j = 0; j < column.weights.size(); ++j) {
          const std::size_t at = 3 * ((static_cast<std::size_t>(row.first) + i) * picture.width +
                                      static_cast<std::size_t>(column.first) + j);
          const double weight = row.weights[i] * column.weights[j];
          for (std::size_t c = 0; c < 3; ++c) sums[c] += weight * picture.pixels[at + c];
        }
      }
      for (const double sum : sums) {
        result.pixels.push_back(static_cast<std::uint8_t>(std::lround(std::min(sum, 255.0))));
      }
    }
  }
  return result;
}

}  // namespace actsearch::datasets
