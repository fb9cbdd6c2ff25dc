import sharp from 'sharp';

const pictures = {
  ridge: `<stop offset="0" stop-color="#3d7ebf"/><stop offset=".7" stop-color="#a9d3ee"/><stop offset="1" stop-color="#eaf5fb"/>
    </linearGradient></defs><rect width="100%" height="100%" fill="url(#sky)"/><circle cx="300" cy="190" r="70" fill="#fff7d6"/>
    <path d="M0 560 L220 330 L380 470 L640 210 L860 450 L1010 350 L1280 590 V853 H0 Z" fill="#6d86a6"/>
    <path d="M640 210 L580 290 L640 310 L690 280 Z M220 330 L180 380 L230 395 L260 370 Z" fill="#f5fafd"/>
    <path d="M0 690 L330 520 L620 660 L940 500 L1280 680 V853 H0 Z" fill="#3e5f57"/><path d="M0 770 L480 660 L900 760 L1280 700 V853 H0 Z" fill="#2a463c"/>`,
  lake: `<stop offset="0" stop-color="#f4b98a"/><stop offset=".55" stop-color="#f7dcc0"/><stop offset="1" stop-color="#fbeee0"/>
    </linearGradient></defs><rect width="100%" height="100%" fill="url(#sky)"/>
    <path d="M0 470 L300 270 L520 420 L800 250 L1280 480 Z" fill="#7a6a86"/><rect y="465" width="1280" height="388" fill="#7fa7b8"/>
    <path d="M0 465 L300 640 L520 520 L800 660 L1280 470 Z" fill="#6d8296" opacity=".55"/>
    <path d="M0 700 Q320 640 640 720 T1280 690 V853 H0 Z" fill="#33523f"/>`,
  dusk: `<stop offset="0" stop-color="#1b2a4a"/><stop offset=".6" stop-color="#e2725b"/><stop offset="1" stop-color="#f6c177"/>
    </linearGradient></defs><rect width="100%" height="100%" fill="url(#sky)"/><circle cx="880" cy="560" r="90" fill="#ffe9b0"/>
    <path d="M0 700 L300 480 L520 640 L760 420 L1280 720 V853 H0 Z" fill="#2b2036"/>`,
} as const;

export type PictureName = keyof typeof pictures;

/** A landscape as a JPEG. */
export async function takePicture(name: PictureName): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="853"><defs><linearGradient id="sky" x2="0" y2="1">${pictures[name]}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 86 }).toBuffer();
}
