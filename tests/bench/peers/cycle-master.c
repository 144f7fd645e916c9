/*
 * A bare Modbus RTU master for measuring a slave: reads 10 holding registers of unit 1 from address 100 on, again and again.
 *   cycle-master PATH CYCLES [PAUSE_US]
 * Prints one line of JSON: cycles a second and the least, middle and 99th cycle time in us. Needs no library.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_LENGTH 25
#define WARM_UP 20

static double now_us(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  int cycles = atoi(argv[2]);
  int pause_us = argc > 3 ? atoi(argv[3]) : 0;
  int fd = open(argv[1], O_RDWR | O_NOCTTY);
  struct termios raw;
  if (fd < 0 || tcgetattr(fd, &raw)) return 1;
  cfmakeraw(&raw);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  tcsetattr(fd, TCSANOW, &raw);
  double *took = malloc(sizeof(double) * cycles);
  const uint8_t request[8] = {1, 3, 0, 100, 0, 10, 0x84, 0x12};
  uint8_t answer[64];
  double start = now_us();
  for (int i = -WARM_UP; i < cycles; i++) {
    if (i == 0) start = now_us();
    double before = now_us();
    if (write(fd, request, sizeof request) != sizeof request) return 1;
    for (int length = 0; length < ANSWER_LENGTH;) {
      struct pollfd end = {fd, POLLIN, 0};
      if (poll(&end, 1, 3000) <= 0) {
        fprintf(stderr, "no answer\n");
        return 1;
      }
      int got = read(fd, answer + length, sizeof answer - length);
      if (got <= 0) return 1;
      length += got;
    }
    if (i >= 0) took[i] = now_us() - before;
    if (answer[22] != 109) {
      fprintf(stderr, "wrong value\n");
      return 1;
    }
    if (pause_us) usleep(pause_us);
  }
  double seconds = (now_us() - start) / 1e6;
  qsort(took, cycles, sizeof(double), by_size);
  printf("{\"perSecond\":%.1f,\"minUs\":%.1f,\"p50Us\":%.1f,\"p99Us\":%.1f}\n", cycles / seconds, took[0], took[cycles / 2],
         took[(int)(cycles * 0.99)]);
  return 0;
}
