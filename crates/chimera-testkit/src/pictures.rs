//! Small images of the kinds that models see, with and without what cameras and programs write into them.

use std::io::Write;

use flate2::Compression;
use flate2::Crc;
use flate2::write::ZlibEncoder;

/// What stands in the metadata of an image that tells everything.
pub const SECRET: &str = "48.2082N 16.3738E";

/// Width and height of the JPEG, before it is turned.
pub const JPEG_SIZE: (u32, u32) = (2, 1);

/// How much a file tells beside its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Nothing,
    /// Metadata, and words behind its end.
    Everything,
}

/// A grey image of this size, which any program can show.
pub fn png(width: u32, height: u32, told: Told) -> Vec<u8> {
    let mut lines = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..height {
        let line = vec![0; width as usize + 1];
        lines.write_all(&line).expect("memory takes everything");
    }
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(png_chunk(b"IHDR", &header));
    if told == Told::Everything {
        file.extend(png_chunk(b"tEXt", format!("Comment\0{SECRET}").as_bytes()));
        file.extend(png_chunk(b"eXIf", SECRET.as_bytes()));
    }
    file.extend(png_chunk(b"IDAT", &lines.finish().expect("memory takes everything")));
    file.extend(png_chunk(b"IEND", b""));
    with_words_behind(file, told)
}

/// One that lies on its side, if it tells everything.
pub fn jpeg(told: Told) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    file.extend(segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    if told == Told::Everything {
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(SECRET.as_bytes());
        file.extend(segment(0xe1, &exif));
        file.extend(segment(0xe1, format!("http://ns.adobe.com/xap/1.0/\0{SECRET}").as_bytes()));
        file.extend(segment(0xfe, SECRET.as_bytes()));
    }
    let (width, height) = JPEG_SIZE;
    file.extend(segment(0xc0, &[8, 0, height as u8, 0, width as u8, 1, 1, 0x11, 0]));
    file.extend(segment(0xda, &[1, 1, 0, 0, 63, 0]));
    file.extend([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xd9]);
    with_words_behind(file, told)
}

pub fn webp(told: Told) -> Vec<u8> {
    const POINTS: [u8; 24] = [
        0x30, 0x01, 0x00, 0x9d, 0x01, 0x2a, 0x01, 0x00, 0x01, 0x00, 0x03, 0x00, 0x34, 0x25, 0xa4, 0x00, 0x03, 0x70,
        0x00, 0xfe, 0xfb, 0x94, 0x00, 0x00,
    ];
    let mut chunks = Vec::new();
    if told == Told::Everything {
        chunks.extend(riff_chunk(b"VP8X", &[0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    }
    chunks.extend(riff_chunk(b"VP8 ", &POINTS));
    if told == Told::Everything {
        chunks.extend(riff_chunk(b"EXIF", SECRET.as_bytes()));
        chunks.extend(riff_chunk(b"XMP ", SECRET.as_bytes()));
    }
    let mut file = b"RIFF".to_vec();
    file.extend((chunks.len() as u32 + 4).to_le_bytes());
    file.extend(b"WEBP");
    file.extend(chunks);
    with_words_behind(file, told)
}

pub fn gif(told: Told) -> Vec<u8> {
    let mut file = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0".to_vec();
    if told == Told::Everything {
        file.extend([0x21, 0xfe, SECRET.len() as u8]);
        file.extend(SECRET.as_bytes());
        file.push(0);
        file.extend([0x21, 0xff, 11]);
        file.extend(b"XMP DataXMP");
        file.push(SECRET.len() as u8);
        file.extend(SECRET.as_bytes());
        file.push(0);
    }
    file.extend(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0");
    file.extend(b"\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b");
    with_words_behind(file, told)
}

fn with_words_behind(mut file: Vec<u8>, told: Told) -> Vec<u8> {
    if told == Told::Everything {
        file.extend(format!("{SECRET} behind").as_bytes());
    }
    file
}

fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(content);
    let length = (content.len() as u32).to_be_bytes();
    [&length[..], kind, content, &sum.sum().to_be_bytes()].concat()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker][..], &length, content].concat()
}

fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = [&kind[..], &(content.len() as u32).to_le_bytes(), content].concat();
    chunk.extend(std::iter::repeat_n(0, content.len() % 2));
    chunk
}
