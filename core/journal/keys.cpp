#include "journal/keys.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "journal/seal.hpp"

namespace upshift::journal {
namespace {

constexpr std::size_t kKeySize = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::string_view kHowToMake = "Make one with `(umask 077; openssl rand -base64 32 > FILE)`.";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex_of(const unsigned char* bytes, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += fmt::format("{:02x}", bytes[i]);
  return out;
}

std::string key_id(const std::array<unsigned char, kKeySize>& key) {
  constexpr std::string_view kPurpose = "upshift journal key";
  std::array<unsigned char, 16> digest{};
  crypto_generichash_state state;
  // The shortest BLAKE2b of the library is 16 bytes; the id is its first half.
  crypto_generichash_init(&state, nullptr, 0, digest.size());
  crypto_generichash_update(&state, bytes_of(kPurpose), kPurpose.size());
  crypto_generichash_update(&state, key.data(), key.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  return hex_of(digest.data(), digest.size() / 2);
}

Status check_private(const std::filesystem::path& path) {
  struct stat facts = {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & 077U) == 0) return {};
  return failure(StatusCode::kPermissionDenied,
                 fmt::format("the journal's key file '{}' may be read by others (mode {:04o})", path.string(),
                             facts.st_mode & 07777U),
                 fmt::format("chmod 600 '{}', or make a new key where it may have been read.", path.string()),
                 path.string());
}

}  // namespace

KeyRing::~KeyRing() {
  for (Key& key : keys_) sodium_memzero(key.bytes.data(), key.bytes.size());
}

Status KeyRing::add(std::string_view line) {
  Key key;
  std::size_t size = 0;
  const bool hexadecimal = line.size() == 2 * kKeySize && sodium_hex2bin(key.bytes.data(), kKeySize, line.data(),
                                                                         line.size(), nullptr, &size, nullptr) == 0;
  const bool base64 = !hexadecimal && sodium_base642bin(key.bytes.data(), kKeySize, line.data(), line.size(), nullptr,
                                                        &size, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0;
  if ((!hexadecimal && !base64) || size != kKeySize) {
    return failure(StatusCode::kInvalidArgument, "expected a key of 32 bytes, as base64 or 64 hexadecimal digits",
                   std::string(kHowToMake));
  }
  key.id = key_id(key.bytes);
  keys_.push_back(key);
  sodium_memzero(key.bytes.data(), key.bytes.size());
  return {};
}

Result<std::shared_ptr<const KeyRing>> KeyRing::read(const std::filesystem::path& path) {
  if (sodium_init() < 0) return failure(StatusCode::kInternal, "libsodium cannot be used on this machine");
  auto text = read_file(path);
  if (!text) return failure(std::move(text.error()).with_context("the journal's key file"));
  UPSHIFT_TRY(check_private(path));
  std::shared_ptr<KeyRing> ring(new KeyRing());
  int number = 0;
  for (auto& line : split(*text, '\n')) {
    ++number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const auto added = ring->add(line);
    sodium_memzero(line.data(), line.size());
    if (added) continue;
    return failure(Error(added.error())
                       .with_context(fmt::format("line {} of the journal's key file '{}'", number, path.string())));
  }
  sodium_memzero(text->data(), text->size());
  if (!ring->keys_.empty()) return std::shared_ptr<const KeyRing>(std::move(ring));
  return failure(StatusCode::kInvalidArgument, fmt::format("the journal's key file '{}' holds no key", path.string()),
                 std::string(kHowToMake), path.string());
}

const KeyRing::Key* KeyRing::find(std::string_view id) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

std::string KeyRing::seal(std::string_view text, std::string_view place) const {
  std::string box(kNonceSize + text.size() + kTagSize, '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(box.data());
  randombytes_buf(bytes, kNonceSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + kNonceSize, nullptr, bytes_of(text), text.size(), bytes_of(place),
                                             place.size(), nullptr, bytes, keys_.front().bytes.data());
  return fmt::format("{}{}:{}", kSealMark, id(), encode_base64(box));
}

Result<std::string> KeyRing::open(std::string_view sealed, std::string_view place) const {
  const std::string id = key_id_of(sealed);
  const Key* const key = find(id);
  if (key == nullptr) {
    return failure(StatusCode::kFailedPrecondition, fmt::format("it is encrypted with the key {}", id));
  }
  const auto box = decode_base64(sealed.substr(kSealMark.size() + id.size() + 1));
  if (box && box->size() >= kNonceSize + kTagSize) {
    std::string text(box->size() - kNonceSize - kTagSize, '\0');
    const unsigned char* const bytes = bytes_of(*box);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr,
                                                   bytes + kNonceSize, box->size() - kNonceSize, bytes_of(place),
                                                   place.size(), bytes, key->bytes.data()) == 0) {
      return text;
    }
  }
  return failure(StatusCode::kFailedPrecondition, "an encrypted value was changed since, or stands at another's place");
}

}  // namespace upshift::journal
