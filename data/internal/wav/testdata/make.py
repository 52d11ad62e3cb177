# Writes the WAVE files beside it: a ramp of 17 samples, of -8/16 to 8/16, in each format, of two channels with
# a silent second one, by libsndfile.
#   python3 -m venv venv && venv/bin/pip install soundfile==0.13.1 && venv/bin/python make.py
import numpy as np
import soundfile as sf

ramp = np.arange(-8, 9) / 16
for kind in ["WAV", "WAVEX"]:
    for subtype in ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"]:
        sf.write(f"{kind}-{subtype}.wav".lower(), ramp, 11025, format=kind, subtype=subtype)
        sf.write(f"{kind}-{subtype}-stereo.wav".lower(), np.stack([ramp, 0 * ramp], 1), 11025, format=kind, subtype=subtype)
