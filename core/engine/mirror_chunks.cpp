#include "engine/mirror_chunks.hpp"

#include <charconv>
#include <fmt/format.h>
#include <map>

#include "base/file.hpp"
#include "base/zlib.hpp"
#include "engine/lock_record.hpp"

namespace upshift::engine {
namespace {

constexpr const char* kStream = "upshift.io/journal";
constexpr const char* kDigest = "upshift.io/digest";
constexpr const char* kPrevious = "upshift.io/previous";
constexpr const char* kPart = "upshift.io/part";
constexpr const char* kOver = "upshift.io/over";
// Of compressed records in one Secret: three quarters of 256 KiB, since base64 makes four of three bytes.
constexpr std::size_t kMostBytes = std::size_t{180} * 1024;
constexpr std::size_t kMostRecords = std::size_t{256} * 1024 * 1024;
constexpr int kAttempts = 3;

struct Chunk {
  std::string name, bytes, digest, previous;
  int number = 0, part = 0, parts = 0;
  bool over = false;
};

std::string name_of(const std::string& stream, int number) {
  return fmt::format("upshift-journal-{}-{:04}", stream, number);
}

std::string annotation(const Json& object, const char* name) {
  return string_at(object, std::string("/metadata/annotations/") + escape_pointer(name));
}

int number_in(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What another chunk would not have: the place in the stream is part of it.
std::string digest_of(const std::string& previous, int number, const std::string& part, bool over,
                      std::string_view bytes) {
  return sha256_hex(fmt::format("{}\n{}\n{}\n{}\n", previous, number, part, over) + std::string(bytes));
}

Json secret_of(const std::string& stream, const Chunk& chunk) {
  const auto part = fmt::format("{}/{}", chunk.part, chunk.parts);
  Json annotations = {{kDigest, chunk.digest}, {kPrevious, chunk.previous}, {kPart, part}};
  if (chunk.over) annotations[kOver] = "true";
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", "Opaque"},
          {"metadata",
           {{"name", chunk.name},
            {"labels", {{kManagedBy, kManagedByUs}, {kStream, stream}}},
            {"annotations", std::move(annotations)}}},
          {"data", {{"records", encode_base64(chunk.bytes)}}}};
}

Chunk chunk_of(const Json& secret) {
  Chunk chunk;
  chunk.name = string_at(secret, "/metadata/name");
  chunk.digest = annotation(secret, kDigest);
  chunk.previous = annotation(secret, kPrevious);
  chunk.over = annotation(secret, kOver) == "true";
  const auto part = annotation(secret, kPart);
  chunk.part = number_in(part);
  chunk.parts = number_in(std::string_view(part).substr(std::min(part.size(), part.find('/') + 1)));
  chunk.number = number_in(std::string_view(chunk.name).substr(chunk.name.rfind('-') + 1));
  chunk.bytes = decode_base64(string_at(secret, "/data/records")).value_or("");
  return chunk;
}

// Takes chunks in order as long as they fit to each other.
class Reader {
 public:
  explicit Reader(MirrorStream& stream) : stream_(stream) {}

  bool take(const Chunk& chunk) {
    const auto part = fmt::format("{}/{}", chunk.part, chunk.parts);
    if (chunk.number != seen_ + 1) return damaged(fmt::format("chunk {} is missing", seen_ + 1));
    if (chunk.previous != previous_ || chunk.part != parts_ + 1 || chunk.part > chunk.parts) {
      return damaged(fmt::format("chunk {} does not follow the one before", chunk.number));
    }
    if (chunk.digest != digest_of(chunk.previous, chunk.number, part, chunk.over, chunk.bytes)) {
      return damaged(fmt::format("chunk {} is damaged", chunk.number));
    }
    seen_ = chunk.number;
    previous_ = chunk.digest;
    parts_ = chunk.part;
    bytes_ += chunk.bytes;
    if (chunk.part < chunk.parts) return true;
    return take_records(chunk);
  }

 private:
  bool take_records(const Chunk& chunk) {
    auto text = decompress(bytes_, kMostRecords);
    auto records = text ? parse_json(*text, "a chunk of the mirror") : failure(text.error());
    if (!records || !records->is_array()) return damaged(fmt::format("chunk {} cannot be read", chunk.number));
    for (auto& record : *records) stream_.records.push_back(std::move(record));
    stream_.chunks = chunk.number;
    stream_.over = chunk.over;
    bytes_.clear();
    parts_ = 0;
    return true;
  }
  bool damaged(std::string why) {
    stream_.damage = std::move(why);
    return false;
  }

  MirrorStream& stream_;
  int seen_ = 0, parts_ = 0;
  std::string previous_, bytes_;
};

}  // namespace

Result<std::vector<MirrorStream>> MirrorChunks::read() {
  cluster::ListOptions options;
  options.labels = fmt::format("{}={},{}", kManagedBy, kManagedByUs, kStream);
  options.page_size = 20;
  UPSHIFT_ASSIGN(const auto list, client_.list(*cluster::find_kind("Secret"), options));
  std::map<std::string, std::map<int, Chunk>> found;
  for (const auto& secret : list.items) {
    const auto id = string_at(secret, std::string("/metadata/labels/") + escape_pointer(kStream));
    if (id.empty()) continue;
    Chunk chunk = chunk_of(secret);
    const int number = chunk.number;
    found[id].emplace(number, std::move(chunk));
  }
  std::vector<MirrorStream> streams;
  for (const auto& [id, chunks] : found) {
    MirrorStream& stream = streams.emplace_back();
    stream.id = id;
    for (const auto& [number, chunk] : chunks) stream.names.push_back(chunk.name);
    Reader reader(stream);
    for (const auto& [number, chunk] : chunks) {
      if (!reader.take(chunk)) break;
    }
  }
  return streams;
}

Status MirrorChunks::remove(const MirrorStream& stream) {
  std::vector<cluster::Request> requests;
  // From the end, so that what is left where it ends early is still whole.
  for (std::size_t left = stream.names.size(); left > 0; --left) {
    const auto ref = client_.resolve({*cluster::find_kind("Secret"), "", stream.names[left - 1]});
    requests.push_back(cluster::delete_request(ref, {"", "", "Background"}));
  }
  for (const auto& answer : client_.transport().send_all(requests)) {
    ++cost_.requests;
    if (!answer) return failure(answer.error());
    if (answer->ok() || answer->status == 404) continue;
    return failure(cluster::refusal("delete", {*cluster::find_kind("Secret"), "", stream.names.back()}, *answer));
  }
  return {};
}

Status MirrorChunks::append(Tail& tail, std::string_view records, bool over) {
  const std::string bytes = compress(records);
  const auto parts = static_cast<int>((bytes.size() + kMostBytes - 1) / kMostBytes);
  Tail after = tail;
  for (int i = 0; i < parts; ++i) {
    Chunk chunk;
    chunk.number = after.next_++;
    chunk.name = name_of(after.id_, chunk.number);
    chunk.part = i + 1;
    chunk.parts = parts;
    chunk.over = over && chunk.part == parts;
    chunk.previous = after.previous_;
    chunk.bytes = bytes.substr(static_cast<std::size_t>(i) * kMostBytes, kMostBytes);
    chunk.digest =
        digest_of(chunk.previous, chunk.number, fmt::format("{}/{}", chunk.part, parts), chunk.over, chunk.bytes);
    after.previous_ = chunk.digest;
    const Json secret = secret_of(after.id_, chunk);
    UPSHIFT_TRY(put(chunk.name, secret, chunk.digest));
    ++cost_.chunks;
    cost_.bytes += string_at(secret, "/data/records").size();
  }
  tail = std::move(after);
  return {};
}

// Where an earlier attempt left a chunk of that name which nothing follows, it is replaced.
Status MirrorChunks::put(const std::string& name, const Json& secret, const std::string& digest) {
  const auto ref = client_.resolve({*cluster::find_kind("Secret"), "", name});
  Error last;
  for (int i = 0; i < kAttempts; ++i) {
    ++cost_.requests;
    const auto response = client_.send_change(cluster::create_request(ref, secret));
    if (response && response->ok()) return {};
    last = response ? cluster::refusal("create", ref, *response) : response.error();
    if (response && response->status < 500 && response->status != 409) break;
    ++cost_.requests;
    auto present = client_.get(ref);
    if (!present) break;
    if (!*present) continue;
    if (annotation(**present, kDigest) == digest) return {};
    ++cost_.requests;
    UPSHIFT_TRY(client_.remove(ref, {string_at(**present, "/metadata/uid"), "", "Background"}));
  }
  return failure(std::move(last).with_context("the journal's mirror in the project cannot be written"));
}

}  // namespace upshift::engine
