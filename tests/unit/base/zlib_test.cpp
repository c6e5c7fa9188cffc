#include "base/zlib.hpp"

#include <gtest/gtest.h>
#include <random>

#include "base/json.hpp"

namespace upshift {
namespace {

// Text that repeats itself from `distance` bytes before on, as two states of one object do.
std::string repeating(std::size_t size, std::size_t distance) {
  std::mt19937 dice(20261122);
  std::string text;
  while (text.size() < size) {
    const bool is_new = text.size() < distance;
    text += is_new ? static_cast<char>('a' + dice() % 26) : text[text.size() - distance];
  }
  return text;
}

// Around each size at which zlib's window grows.
TEST(Zlib, GivesTextOfAnySizeBack) {
  std::size_t sizes = 0;
  for (std::size_t base = 1; base <= (std::size_t{1} << 18U); base *= 2) {
    for (const std::size_t size : {base - 1, base, base + 1}) {
      for (const std::size_t distance : {std::size_t{1}, size / 2 + 1, size + 1}) {
        const std::string text = repeating(size, distance);
        const auto back = decompress(compress(text), size + 1);
        ASSERT_TRUE(back) << size << ", " << distance;
        EXPECT_EQ(*back, text) << size << ", " << distance;
        ++sizes;
      }
    }
  }
  EXPECT_EQ(sizes, 171U);
}

TEST(Zlib, SeesWhatIsRepeatedHoweverSmallTheWindow) {
  for (const std::size_t half : {std::size_t{200}, std::size_t{3000}, std::size_t{15000}}) {
    const std::string once = repeating(half, half), twice = repeating(half * 2, half);
    EXPECT_LT(compress(twice).size(), compress(once).size() * 11 / 10 + 20) << half;
  }
}

TEST(Zlib, ReadsWhatEarlierVersionsWrote) {
  // [{"do":"end-run","state":"done"}], with zlib's defaults.
  const auto bytes = decode_base64("eJyLrlZKyVeyUkrNS9EtKs1T0lEqLkksSQWKpOTnpSrVxgIAsxIKtA==").value();
  const auto text = decompress(bytes, 1000);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, R"([{"do":"end-run","state":"done"}])");
}

TEST(Zlib, RefusesDamageAndWhatIsLargerThanAllowed) {
  const std::string bytes = compress(repeating(5000, 100));
  EXPECT_EQ(decompress(bytes, 4999).error().code, StatusCode::kDataLoss);
  EXPECT_EQ(decompress("", 100).error().code, StatusCode::kDataLoss);
  EXPECT_EQ(decompress(std::string_view(bytes).substr(0, bytes.size() / 2), 5000).error().code, StatusCode::kDataLoss);
  for (std::size_t i = 2; i < bytes.size(); i += 7) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    const auto back = decompress(damaged, 5000);
    EXPECT_FALSE(back) << i;
  }
}

}  // namespace
}  // namespace upshift
