/* A stand-in for libnvidia-ml.so.1 with as many GPUs as its state file has lines: "UUID millijoules milliwatts error".
   The file is named by FAKE_NVML and read at every call, so a test can change the hardware while it is being read.
   An error is an nvmlReturn_t for the two readings; a first line "init N" makes initialisation fail with N. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { char uuid[96]; unsigned long long mj; unsigned mw; int error; } Gpu;
typedef struct { unsigned long long total, free, used; } Memory;

static int load(Gpu *gpus, int *init) {
    int count = 0;
    char line[256];
    FILE *file = fopen(getenv("FAKE_NVML"), "r");
    *init = 0;
    if (!file) { *init = 999; return 0; }
    while (count < 8 && fgets(line, sizeof line, file)) {
        if (sscanf(line, "init %d", init) == 1) continue;
        if (sscanf(line, "%95s %llu %u %d", gpus[count].uuid, &gpus[count].mj, &gpus[count].mw,
                   &gpus[count].error) == 4) count++;
    }
    fclose(file);
    return count;
}

static Gpu *find(void *handle, Gpu *gpus) {
    int init, count = load(gpus, &init);
    long index = (long)handle - 1;
    return index >= 0 && index < count ? &gpus[index] : NULL;
}

int nvmlInitWithFlags(unsigned flags) { Gpu gpus[8]; int init; (void)flags; load(gpus, &init); return init; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { static char text[32]; snprintf(text, 32, "fake error %d", code); return text; }
int nvmlDeviceGetCount_v2(unsigned *count) { Gpu gpus[8]; int init; *count = load(gpus, &init); return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) { *handle = (void *)(long)(index + 1); return 0; }

int nvmlDeviceGetHandleByUUID(const char *uuid, void **handle) {
    Gpu gpus[8];
    int init, count = load(gpus, &init);
    for (int i = 0; i < count; i++)
        if (!strcmp(gpus[i].uuid, uuid)) { *handle = (void *)(long)(i + 1); return 0; }
    return 6; /* NVML_ERROR_NOT_FOUND */
}

int nvmlDeviceGetUUID(void *handle, char *uuid, unsigned length) {
    Gpu gpus[8], *gpu = find(handle, gpus);
    if (!gpu) return 2;
    snprintf(uuid, length, "%s", gpu->uuid);
    return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void *handle, unsigned long long *mj) {
    Gpu gpus[8], *gpu = find(handle, gpus);
    if (!gpu || gpu->error) return gpu ? gpu->error : 2;
    *mj = gpu->mj;
    return 0;
}

int nvmlDeviceGetPowerUsage(void *handle, unsigned *mw) {
    Gpu gpus[8], *gpu = find(handle, gpus);
    if (!gpu || gpu->error) return gpu ? gpu->error : 2;
    *mw = gpu->mw;
    return gpu->mw ? 0 : 3; /* NVML_ERROR_NOT_SUPPORTED */
}

/* What CodeCarbon asks of a GPU besides. */
int nvmlDeviceGetName(void *handle, char *name, unsigned length) {
    (void)handle; snprintf(name, length, "Fake GPU"); return 0;
}
int nvmlDeviceGetMemoryInfo(void *handle, Memory *memory) {
    (void)handle; memory->total = 1 << 30; memory->free = 1 << 29; memory->used = 1 << 29; return 0;
}
int nvmlDeviceGetEnforcedPowerLimit(void *handle, unsigned *mw) { (void)handle; *mw = 300000; return 0; }
