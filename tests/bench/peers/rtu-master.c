/*
 * libmodbus as the peer of the benchmarks: reads 10 holding registers of unit 1 again and again.
 *   rtu-master PATH BAUD SECONDS
 * Prints one line of JSON: transactions, seconds, CPU seconds, quartiles of the round trip in us.
 */
#define _GNU_SOURCE
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double now_s(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static double cpu_s(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  double seconds = atof(argv[3]);
  modbus_t *line = modbus_new_rtu(argv[1], atoi(argv[2]), 'N', 8, 1);
  if (!line || modbus_connect(line)) return 1;
  modbus_set_slave(line, 1);
  uint16_t registers[10];
  for (int i = 0; i < 200; i++) modbus_read_registers(line, 100, 10, registers);

  static double took_us[4000000];
  long count = 0, wrong = 0;
  double start = now_s(), cpu = cpu_s(), before = start, at = start;
  while (at - start < seconds && count < 4000000) {
    if (modbus_read_registers(line, 100, 10, registers) != 10 || registers[9] != 109) wrong++;
    at = now_s();
    took_us[count++] = (at - before) * 1e6;
    before = at;
  }
  cpu = cpu_s() - cpu;
  qsort(took_us, count, sizeof(double), by_size);
  printf("{\"transactions\":%ld,\"wrong\":%ld,\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"p50Us\":%.1f,\"p99Us\":%.1f}\n", count,
         wrong, at - start, cpu, took_us[count / 2], took_us[count * 99 / 100]);
  return 0;
}
