// Time and peak memory of a whole `upshift rehearse` of the sample from 2.3 to 2.6, as a process: program start,
// plugins, template, controllers, every step of three hops, report. Fails where it takes longer than it may.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

struct Sample {
  double milliseconds = 0;
  double cpu_milliseconds = 0;
  long peak_kib = 0;
};

double milliseconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
}

// Processor time: other processes of the machine do not count.
constexpr double kMostCpuMilliseconds = 2000;

Sample run_once(const char* program) {
  const auto started = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDIN_FILENO);
    ::execl(program, program, "rehearse", "--quiet", "--sample", "threescale-2.3", "--to", "2.6",
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "bench: the rehearsal failed\n");
    std::exit(1);
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  return {took.count(), milliseconds_of(usage.ru_utime) + milliseconds_of(usage.ru_stime), usage.ru_maxrss};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_rehearsal PROGRAM [RUNS]\n");
    return 2;
  }
  const int runs = argc > 2 ? std::max(1, std::atoi(argv[2])) : 10;
  std::vector<Sample> samples;
  for (int i = 0; i < runs; ++i) samples.push_back(run_once(argv[1]));
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.milliseconds < b.milliseconds; });
  const Sample& median = samples[samples.size() / 2];
  std::printf(
      "rehearsal of the sample from 2.3 to 2.6, whole process, %d runs: fastest %.0f ms, median %.0f ms (%.0f ms of "
      "CPU), "
      "peak memory %.1f MiB\n",
      runs, samples.front().milliseconds, median.milliseconds, median.cpu_milliseconds,
      static_cast<double>(median.peak_kib) / 1024);
  if (median.cpu_milliseconds <= kMostCpuMilliseconds) return 0;
  std::fprintf(stderr, "bench: it may take %.0f ms of CPU\n", kMostCpuMilliseconds);
  return 1;
}
